import type { EngineConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import type { Wish } from "./selector.ts";

interface Remembered {
  time: number;
  strategy: string;
  desire: number;
  rule: string;
}

/** Refused entries and increases, so that the same is not asked at every close. */
export class RefusalMemory {
  private readonly config: EngineConfig["retry"];
  private readonly refused = new Map<string, Remembered>();

  constructor(config: EngineConfig["retry"]) {
    this.config = config;
  }

  has(pair: string): boolean {
    return this.refused.has(pair);
  }

  remember(pair: string, refusal: Remembered): void {
    this.refused.set(pair, refusal);
  }

  /** Forgets what may be asked again at this close. */
  review(time: number, pair: string, wish: Wish | undefined, quiet: boolean): void {
    const refusal = this.refused.get(pair);
    if (refusal === undefined) return;
    const other = wish === undefined || wish.strategy !== refusal.strategy;
    const old = time - refusal.time >= this.config.after * HOUR;
    const changed =
      wish !== undefined && Math.abs(wish.desire - refusal.desire) >= this.config.desire * refusal.desire;
    const windowOver = refusal.rule === "downtime" && !quiet;
    if (other || old || changed || windowOver) this.refused.delete(pair);
  }
}
