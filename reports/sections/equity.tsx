import { raw } from "hono/html";
import { REGIMES } from "../../engine/regime/classify.ts";
import { whole } from "../format.ts";
import { How, Key } from "../table.tsx";

/** The equity curve: drawn by the page's script on a screen, a still picture in print and without scripts. */
export function Equity({
  still,
  heldHeight,
}: {
  readonly still: string | null;
  /** How many times the height of the others buy-and-hold would take, where it is not drawn for that. */
  readonly heldHeight: number | null;
}) {
  return (
    <section id="equity" class="part">
      <h2>Equity and drawdown</h2>
      <div id="equity-chart" class="live-only" />
      {still !== null && <figure class="still scroll wide">{raw(still)}</figure>}
      <ul class="legend still">
        <li>
          <span class="key">
            <i class="line run" />
            run
          </span>
        </li>
        <li>
          <span class="key">
            <i class="line held" />
            buy-and-hold
            {heldHeight !== null && ` (not drawn: it would take ${whole(heldHeight)} times the height)`}
          </span>
        </li>
        <li>
          <span class="key">
            <i class="line scaled" />
            buy-and-hold, scaled to the run's mean exposure
          </span>
        </li>
        {REGIMES.map((name, k) => (
          <li>
            <Key colour={`regime-${k}`} name={name} />
          </li>
        ))}
      </ul>
      <How>
        Equity marked to market at every bar's close, above its distance from the highest equity so far. Bands
        show the regime the system was in.
      </How>
    </section>
  );
}
