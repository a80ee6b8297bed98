// @ts-check
import { decodeRun } from "./decode.js";
import { el } from "./dom.js";
import { mountEquityChart } from "./equity-chart.js";
import { createTripDetail, tripOfHash } from "./trip-detail.js";
import { mountTripsTable } from "./trips-table.js";

/**
 * Makes the page's chart and table live. The page holds the data as JSON in #run-data, and #equity-chart,
 * #trips and #trip-detail to mount on; where one is absent its part is left out. What cannot start leaves
 * the static page as it is and says so in its place.
 */
export function mountReport() {
  const data = document.getElementById("run-data");
  if (data === null) return;
  const chart = document.getElementById("equity-chart");
  const table = document.getElementById("trips");
  try {
    const run = decodeRun(JSON.parse(data.textContent ?? ""));
    if (chart !== null) mountEquityChart(chart, run);
    if (table !== null) mountTrips(table, run);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    (chart ?? table)?.prepend(
      el("p", { class: "fx-missing" }, `The interactive part could not start: ${why}.`),
    );
  }
}

/** @param {HTMLElement} root @param {import("./decode.js").Run} run */
function mountTrips(root, run) {
  const table = mountTripsTable(root, run);
  const place = document.getElementById("trip-detail");
  if (place === null) return;
  const detail = createTripDetail(place, run, {
    neighbours: table.shown,
    closed(trip) {
      location.hash = "#trips";
      table.focus(trip);
    },
  });
  let isOpen = false;
  const follow = () => {
    const trip = tripOfHash(location.hash);
    if (trip !== undefined) detail.open(trip);
    else if (isOpen) detail.clear();
    isOpen = trip !== undefined;
    table.mark(trip);
  };
  addEventListener("hashchange", follow);
  if (tripOfHash(location.hash) !== undefined) follow();
}
