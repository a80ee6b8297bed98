import { writeDurable } from "../engine/live/durable.ts";
import { readGateReport, reportPath } from "../research/gates/report.ts";
import { renderGates } from "./gates.tsx";

/**
 * Writes the page of a gates' report beside it, over one that is there, and returns its path.
 * @param hash The report's, 64 hex. @throws FathomError what readGateReport throws; E_IO_* when it cannot be written.
 */
export async function writeGatePage(home: string, artifact: string, hash: string): Promise<string> {
  const document = readGateReport(home, artifact, hash);
  const path = reportPath(home, artifact, hash).replace(/\.json$/, ".html");
  writeDurable(path, await renderGates(document, hash));
  return path;
}
