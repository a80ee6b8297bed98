export function nodeProblem(version: string): string | undefined;
export function importTypeScript(url: URL): Promise<unknown>;
