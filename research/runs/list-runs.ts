import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { defaultConfig } from "../../engine/config.ts";
import { FathomError } from "../../engine/errors.ts";
import type { PlainFigure } from "../metrics/figure.ts";
import type { Certificate } from "./certificate.ts";
import { differing, leaves } from "./compare.ts";
import { judgeOf } from "./judge.ts";
import type { Parity } from "./parity.ts";
import { readRun } from "./read-run.ts";
import { readManifest } from "./write-run.ts";

/** One run of a home, in brief. */
export interface ListedRun {
  readonly run: string;
  /** ISO time of writing. */
  readonly created: string;
  readonly pairs: readonly string[];
  readonly interval: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly finalEquity: PlainFigure;
  readonly cagr: PlainFigure;
  readonly sharpe: PlainFigure;
  readonly maxDrawdown: PlainFigure;
  readonly orders: number;
  /** When the drawdown limit first halted it (ISO), or null. */
  readonly halted: string | null;
  /** Settings that are not the defaults, as "risk.correlation=0.95", and the model, as "model=score-v1 ...". */
  readonly changed: readonly string[];
  readonly certificate: Certificate["verdict"];
  /** Null where `fathom parity` has not been run. */
  readonly parity: Parity["verdict"] | null;
}

/** A folder that should be a run and cannot be read. */
export interface UnreadableRun {
  readonly run: string;
  readonly error: { readonly code: string; readonly message: string };
}

const RUN_ID = /^[0-9a-f]{16}$/;

/** Ids of the run folders of a home, newest first; where a manifest cannot be read the folder's own time counts. */
function runIds(home: string): string[] {
  const runs = join(home, "runs");
  if (!existsSync(runs)) return [];
  const times = new Map(
    readdirSync(runs)
      .filter((name) => RUN_ID.test(name))
      .map((run) => [run, writtenAt(home, run)]),
  );
  return [...times.keys()].sort((a, b) => times.get(b)! - times.get(a)! || (a < b ? -1 : 1));
}

function writtenAt(home: string, run: string): number {
  try {
    const time = Date.parse(readManifest(home, run).created);
    if (!Number.isNaN(time)) return time;
  } catch {
    // listed as unreadable
  }
  return statSync(join(home, "runs", run)).mtimeMs;
}

/** The runs of a home, newest first, at most `limit` of them. Folders that cannot be read are listed as such. */
export function listRuns(home: string, limit = Number.POSITIVE_INFINITY): (ListedRun | UnreadableRun)[] {
  return runIds(home)
    .slice(0, limit)
    .map((run) => {
      try {
        return listed(home, run);
      } catch (error) {
        const code = error instanceof FathomError ? error.code : "E_RUN_CORRUPT";
        return { run, error: { code, message: error instanceof Error ? error.message : String(error) } };
      }
    });
}

function listed(home: string, run: string): ListedRun {
  const { manifest, document, certificate, parity } = readRun(home, run);
  const { finalEquity, cagr, sharpe, maxDrawdown, orders } = document.metrics;
  const judge = judgeOf(manifest);
  return {
    run,
    created: manifest.created,
    pairs: document.pairs,
    interval: document.interval,
    from: document.from,
    to: document.to,
    finalEquity,
    cagr,
    sharpe,
    maxDrawdown,
    orders,
    halted: document.halted,
    changed: [
      ...(manifest.origin?.planted ? ["planted"] : []),
      ...(judge === undefined ? [] : [`model=${judge}`]),
      ...differing(leaves(defaultConfig()), leaves(manifest.config)).map(
        ({ name, b }) => `${name}=${JSON.stringify(b)}`,
      ),
    ],
    certificate: certificate.verdict,
    parity: parity?.verdict ?? null,
  };
}

const TOLD = 5;

/**
 * The id of the run that a person means: "latest", a whole id, or at least its first 4 digits.
 * @throws FathomError E_RUN_ID, E_RUN_MISSING, E_RUN_AMBIGUOUS, each with the runs that there are.
 */
export function resolveRun(home: string, text: string): string {
  const ids = runIds(home);
  const where = join(home, "runs");
  if (ids.length === 0) {
    throw new FathomError("E_RUN_MISSING", `run: found no runs in ${where}; \`fathom backtest\` makes one`, {
      run: text,
    });
  }
  if (text === "latest") return ids[0];
  if (!/^[0-9a-f]{4,16}$/i.test(text)) {
    throw new FathomError(
      "E_RUN_ID",
      `run: found "${text}", expected latest, a run id of 16 hex digits, or at least its first 4; there are ${told(ids)}`,
      { run: text },
    );
  }
  const meant = ids.filter((id) => id.startsWith(text.toLowerCase()));
  if (meant.length === 1) return meant[0];
  if (meant.length > 1) {
    throw new FathomError(
      "E_RUN_AMBIGUOUS",
      `run: ${text} may mean ${told(meant)}; give more of its digits`,
      { run: text, candidates: meant },
    );
  }
  throw new FathomError("E_RUN_MISSING", `run: found no run ${text} in ${where}; there are ${told(ids)}`, {
    run: text,
    candidates: ids.slice(0, TOLD),
  });
}

function told(ids: readonly string[]): string {
  const more = ids.length > TOLD ? ` and ${ids.length - TOLD} more` : "";
  return ids.slice(0, TOLD).join(", ") + more;
}
