import type { RowOutput } from "./runner.ts";

/** Where a runner's orders go. */
export interface Broker {
  /**
   * Told each row after it is in the journal: `orders` were sent at its close, `cancels` taken back, `fills` happened
   * in its bar. The next row waits for it. After a kill the last row may come a second time: orders have numbers.
   */
  row(out: RowOutput): void | Promise<void>;
}

/** Paper: fills are the session's own fill model's, so that nothing leaves the process. `listen` sees each row. */
export const paperBroker = (listen: (out: RowOutput) => void = () => {}): Broker => ({ row: listen });
