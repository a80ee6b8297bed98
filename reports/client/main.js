// @ts-check
import { decodeRun, unpackPage } from "./decode.js";
import { el } from "./dom.js";
import { mountEquityChart } from "./equity-chart.js";
import { createTripDetail, tripOfHash } from "./trip-detail.js";
import { mountTripsTable } from "./trips-table.js";

/**
 * Makes the page's chart and table live. The page holds the data packed in #run-data, and #equity-chart,
 * #trips and #trip-detail to mount on; where one is absent its part is left out. The root has the class `live`
 * meanwhile, which hides what stands there without a script; what cannot start takes it off, leaves the static
 * page as it is and says so in its place.
 */
export async function mountReport() {
  const data = document.getElementById("run-data");
  if (data === null) return;
  const chart = document.getElementById("equity-chart");
  const table = document.getElementById("trips");
  const root = document.documentElement;
  root.classList.add("live");
  try {
    const run = decodeRun(await unpackPage(data.textContent ?? ""));
    if (chart !== null) mountEquityChart(chart, run);
    if (table !== null) mountTrips(table, run);
    // what was mounted moved the place that the address names
    if (tripOfHash(location.hash) === undefined)
      document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (error) {
    root.classList.remove("live");
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
