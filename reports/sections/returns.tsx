import { raw } from "hono/html";
import type { ProvenDocument } from "../../research/runs/document.ts";
import type { Drawings } from "../drawings.ts";
import { finePercent, numberOf } from "../format.ts";
import { How, Part } from "../table.tsx";

/** How the days were spread, and how the last 90 of them looked at any time. */
export function Returns({
  charts,
  metrics,
}: {
  readonly charts: Drawings;
  readonly metrics: ProvenDocument["metrics"];
}) {
  const { histogram, sharpe, volatility } = charts;
  if (histogram === null) return null;
  const quantile = numberOf(metrics.valueAtRisk);
  const beyond = numberOf(metrics.conditionalValueAtRisk);
  return (
    <Part id="returns" title="Daily returns">
      <div class="three">
        <div>
          <h3>Distribution</h3>
          <figure class="third">{raw(histogram)}</figure>
          <How>
            How many days had which return; the middle bar holds the days on which next to nothing was
            invested.
            {quantile !== null && beyond !== null && (
              <>
                {" "}
                On the worst 5% of days equity lost {finePercent(-quantile)} (dashed) or more, on average{" "}
                {finePercent(-beyond)} (dotted).
              </>
            )}
          </How>
        </div>
        {sharpe !== null && (
          <div>
            <h3>Sharpe of the last 90 days</h3>
            <figure class="third">{raw(sharpe)}</figure>
            <How>
              At 90 days a Sharpe ratio is uncertain by about ±4: read the swings as noise unless they last
              for many times 90 days.
            </How>
          </div>
        )}
        {volatility !== null && (
          <div>
            <h3>Volatility of the last 90 days</h3>
            <figure class="third">{raw(volatility)}</figure>
            <How>
              Standard deviation of daily returns, times the root of 365: how bumpy the ride was, mostly by
              how much was invested.
            </How>
          </div>
        )}
      </div>
    </Part>
  );
}
