// @ts-check

/**
 * What the report knows of one round trip, as plain numbers.
 * @typedef {import("./decode.js").Run} Run
 * @typedef {import("./decode.js").Table} Table
 */

/** Rows of a table in order, for which `test` holds. @param {Table} table @param {(i: number) => boolean} test */
export function rowsWhere({ n }, test) {
  const rows = [];
  for (let i = 0; i < n; i++) if (test(i)) rows.push(i);
  return rows;
}

/** Rows of the fills of trip t: its pair's, from its entry to its exit. @param {Run} run @param {number} t */
export function fillsOfTrip({ trips, fills }, t) {
  const from = trips.entryTime[t];
  const to = trips.exitTime[t];
  return rowsWhere(
    fills,
    (k) => fills.pair[k] === trips.pair[t] && fills.time[k] >= from && fills.time[k] <= to,
  );
}

/**
 * Rows of the orders of trip t: those that its fills name, and those of its pair that were sent from a bar
 * before its entry to its exit and never filled.
 * @param {Run} run @param {number} t @param {readonly number[]} filled rows of its fills
 */
export function ordersOfTrip({ trips, orders, fills, intervalMs }, t, filled) {
  const named = new Set(filled.map((k) => fills.order[k]));
  const elsewhere = new Set(fills.order ?? []);
  const from = trips.entryTime[t] - intervalMs;
  const to = trips.exitTime[t];
  return rowsWhere(orders, (i) => {
    if (named.has(orders.order[i])) return true;
    if (orders.pair[i] !== trips.pair[t] || elsewhere.has(orders.order[i])) return false;
    return orders.time[i] >= from && orders.time[i] <= to;
  });
}

/** Rows of the refusals of the trip's pair in its time. @param {Run} run @param {number} t */
export function refusalsOfTrip({ trips, refusals, intervalMs }, t) {
  const from = trips.entryTime[t] - intervalMs;
  const to = trips.exitTime[t];
  return rowsWhere(
    refusals,
    (i) => refusals.pair[i] === trips.pair[t] && refusals.time[i] >= from && refusals.time[i] <= to,
  );
}

/**
 * The arithmetic of one fill: before rounding, open * (1 + side * (halfSpread + drift + impact)); costs in
 * quote currency, `rounding` being what the tick added; `share` is all of the cost over the value at the open.
 * @param {Table} fills @param {number} k
 */
export function fillArithmetic(fills, k) {
  const side = fills.side[k];
  const open = fills.open[k];
  const price = fills.price[k];
  const quantity = fills.quantity[k];
  const adverse = fills.halfSpread[k] + fills.drift[k] + fills.impact[k];
  const atOpen = open * quantity;
  const notional = price * quantity;
  const slippage = Math.abs(price - open) * quantity;
  const costs = {
    halfSpread: fills.halfSpread[k] * atOpen,
    drift: fills.drift[k] * atOpen,
    impact: fills.impact[k] * atOpen,
    rounding: slippage - adverse * atOpen,
    fee: fills.fee[k],
  };
  return {
    side,
    open,
    price,
    quantity,
    adverse,
    unrounded: open * (1 + side * adverse),
    atOpen,
    notional,
    rate: costs.fee / notional,
    costs,
    total: costs.fee + slippage,
    share: (costs.fee + slippage) / atOpen,
  };
}

/** Columns of 32 bits keep seven digits: sums of them cannot be held to more. @param {unknown[]} columns */
const precisionOf = (columns) => (columns.every((column) => column instanceof Float64Array) ? 1e-9 : 2e-7);

/**
 * The fills of a trip added up, quote currency: `gross` is what the sales brought less what the buys took at
 * the bars' opens, `held` is left and valued at `mark`. `net` is what must be the trip's P&L; `addsUp` is
 * undefined where it cannot be told (something is held and its price is not at hand, or the fills are not all
 * here).
 * @param {Run} run @param {number} t @param {readonly number[]} filled @param {number} mark
 */
export function tripSum({ trips, fills }, t, filled, mark) {
  const costs = { halfSpread: 0, drift: 0, impact: 0, rounding: 0, fee: 0 };
  let gross = 0;
  let bought = 0;
  let held = 0;
  let turnover = 0;
  for (const k of filled) {
    const fill = fillArithmetic(fills, k);
    gross -= fill.side * fill.atOpen;
    held += fill.side * fill.quantity;
    turnover += fill.atOpen;
    if (fill.side > 0) bought += fill.quantity;
    for (const kind of /** @type {(keyof typeof costs)[]} */ (Object.keys(costs)))
      costs[kind] += fill.costs[kind];
  }
  if (Math.abs(held) <= 1e-6 * bought) held = 0;
  if (held !== 0) gross += held * mark;
  const cost = costs.halfSpread + costs.drift + costs.impact + costs.rounding + costs.fee;
  const net = gross - cost;
  const pnl = trips.pnl[t];
  const isAll = Math.abs(bought - trips.quantity[t]) <= 1e-6 * bought && filled.length > 0;
  // the mark comes from candles, which may have seven digits too
  const tolerance =
    precisionOf([fills.price, fills.fee, trips.pnl]) * turnover +
    (held === 0 ? 0 : 2e-7 * Math.abs(held * mark));
  const addsUp = isAll && Number.isFinite(net) ? Math.abs(net - pnl) <= tolerance : undefined;
  return { gross, costs, cost, net, pnl, held, isAll, addsUp };
}

/** The price at which what is held is valued: the pair's close at the trip's end, NaN where it is not at hand. @param {Run} run @param {number} t @param {Table | undefined} candles */
export function markOf({ trips }, t, candles) {
  if (candles === undefined) return Number.NaN;
  const at = Array.prototype.indexOf.call(candles.time, trips.exitTime[t]);
  return at < 0 ? Number.NaN : candles.close[at];
}
