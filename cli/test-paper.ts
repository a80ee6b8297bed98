import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** For tests: a home whose settings have short windows, so that ten days of hours hold orders, fills and refusals. */
export function writeQuickSettings(cwd: string): void {
  writeFileSync(
    join(cwd, "fathom.toml"),
    `[eligibility]
age = 40
window = 24
[regime]
decline_window = 24
dwell = 6
recovery = 2
index = { seed = 24, half_life = 12 }
trend = { fast = 10, slow = 25 }
[strategies]
trend_follower = { fast = 10, slow = 25 }
volatility_swing = { breakout = 12, breakdown = 6, fast_atr = 6, slow_atr = 24, expansion = 1 }
mean_reversion = { window = 24 }
defensive_hedge = { ema = 20 }
stable_allocator = { window = 30 }
recovery = { ema = 12, low = 24, base = 30, rebound = 0.01 }
[execution.slippage]
impact_days = 2
drift_window = 12
[risk]
correlation_window = 24
`,
  );
}

/** For tests: the paper run that those settings are for, 240 rows. */
export const QUICK_RUN = ["paper", "--pairs", "BTC,ETH", "--to", "2021-01-11", "--checkpoint-every", "50"];

/** For tests: length and hash of what a paper run leaves, to be compared to the byte. */
export const paperEnd = (cwd: string, name: string): readonly string[] =>
  ["journal.jsonl", "checkpoint.bin"].map((file) => {
    const bytes = readFileSync(join(cwd, ".fathom", "live", name, file));
    return `${file} ${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;
  });
