// Begins a thread that trains folds: its code is TypeScript, which Node loads once tsx is registered.
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("../../tsconfig.json", import.meta.url)) });
const { trainAsAsked } = await import("./fold-thread.ts");
trainAsAsked();
