import type { StoredTable } from "../../research/runs/read-run.ts";
import { moment, money, percent, price, tenth, whole } from "../format.ts";
import { greatestFirst } from "../run-tables.ts";
import { dataTable, How, Part } from "../table.tsx";

const MOST = 50;

const when = (text: string) => <span class="when">{text}</span>;

/** Round trips: the page's script makes the table and a trip's detail; without it the largest stand here. */
export function Trips({ trips, quote }: { readonly trips: StoredTable; readonly quote: string }) {
  if (trips.rows === 0) return null;
  const numbers = (name: string) => trips.numbers(name);
  const pair = trips.names("pair");
  const strategy = trips.names("strategy");
  const [entry, exit, hold] = [numbers("entryTime"), numbers("exitTime"), numbers("holdHours")];
  const [entryPrice, exitPrice] = [numbers("entryPrice"), numbers("exitPrice")];
  const [pnl, share, open, worst, best] = ["pnl", "return", "open", "worst", "best"].map(numbers);
  const rows = greatestFirst(pnl).slice(0, MOST);
  return (
    <Part id="round-trips" title="Round trips">
      <div id="trips" class="live-only" />
      <div id="trip-detail" class="live-only" />
      <div class="still">
        {dataTable<number>({
          label: "Round trips of greatest profit or loss",
          columns: [
            { head: "Pair", left: true, cell: (k) => pair[k] ?? "" },
            { head: "Strategy", left: true, cell: (k) => strategy[k] ?? "" },
            { head: "Entry (UTC)", cell: (k) => when(moment(entry[k])) },
            { head: "Exit (UTC)", cell: (k) => (open[k] === 1 ? "open" : when(moment(exit[k]))) },
            { head: "Held (hours)", cell: (k) => tenth(hold[k]) },
            { head: "Bought at", cell: (k) => price(entryPrice[k]) },
            { head: "Sold at", cell: (k) => price(exitPrice[k]) },
            {
              head: `P&L (${quote})`,
              cell: (k) => <span class={pnl[k] < 0 ? "bad" : "good"}>{money(pnl[k])}</span>,
            },
            { head: "Return", cell: (k) => percent(share[k]) },
            { head: "Worst close", cell: (k) => percent(worst[k]) },
            { head: "Best close", cell: (k) => percent(best[k]) },
          ],
          rows,
        })}
        {rows.length < trips.rows && (
          <p class="why">
            The {whole(rows.length)} of greatest profit or loss of {whole(trips.rows)}; all of them are in
            round-trips.parquet.
          </p>
        )}
      </div>
      <How>
        From flat to flat in one pair, after all costs; worst and best close are those while it was held,
        against the entry price. A trip belongs to the strategy that opened it, also where another took it
        over: a strategy's marked-to-market P&L above can therefore differ from its trips, even in sign.
      </How>
    </Part>
  );
}
