import { formatInterval } from "../../datasets/interval.ts";
import { defaultBounds, type GateBounds } from "../../research/gates/bounds.ts";
import type { GateDocument } from "../../research/gates/report.ts";
import type { NoLabel } from "../../research/training/labels.ts";
import { type Fact, Facts } from "../facts.tsx";
import { date, fineRatio, moment, percent, tenth, whole } from "../format.ts";
import { Part } from "../table.tsx";
import type { Detail } from "./figures.ts";

/** What the gates had before them. */
export function Subject({ document }: { readonly document: GateDocument }) {
  const { artifact, created, bounds, bars, settings, detail } = document;
  return (
    <Part id="subject" title="What was judged">
      <Facts
        facts={[
          ["Artifact", artifact],
          ["Judged", `${moment(created)} UTC`],
          ...(bars === null ? [] : [["Bars", barsText(bars)] as const]),
          ...(settings === null ? [] : [["Settings", <Settings settings={settings} />] as const]),
          ...(detail === null ? [] : modelFacts(detail)),
          ["Bounds", boundsText(bounds)],
        ]}
      />
    </Part>
  );
}

function barsText({ loaded, series }: NonNullable<GateDocument["bars"]>): string {
  const ofVenue = (venue: string) => {
    const own = series.filter((s) => s.venue === venue);
    const names = own.map(({ symbol, quote }) => `${symbol}/${quote}`);
    return `${names.join(", ")} of ${venue}, bars of ${formatInterval(own[0].interval)}`;
  };
  const all = [...new Set(series.map((s) => s.venue))].map(ofVenue).join("; ");
  return loaded ? all : `handed over by a script, which calls them ${all}`;
}

/** What is not at its default, fills and fees first: with those a Sharpe ratio can be made. */
function Settings({ settings }: { readonly settings: NonNullable<GateDocument["settings"]> }) {
  if (settings.length === 0) return <>the defaults</>;
  return (
    <>
      {settings.map(({ path, value, usual, isOfCosts }) => (
        <span class="chip-line">
          {isOfCosts && <strong>prices fills: </strong>}
          {path} {shortened(value)} ({usual === null ? "no default" : `default ${shortened(usual)}`})
        </span>
      ))}
    </>
  );
}

const LONGEST = 80;

/** A schedule of fees is a page by itself; all of it is in the JSON report. */
const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);

function modelFacts({ model, samples, trials }: Detail): Fact[] {
  const { recipe, labels, pairs, seed, threshold } = model;
  const { horizon, window, multiple, least } = labels;
  const { model: family, ...parameters } = recipe;
  const named = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  return [
    ["Recipe", [family, ...named, `seed ${seed}`].join(", ")],
    ["Pairs", pairs.join(", ")],
    [
      "Labels",
      `Positive where closes reach the upper barrier before the lower one within ${whole(horizon)} h or, where they reach neither, the ` +
        `last one lies above the entry. Barriers: ${multiple} times the standard deviation of the returns of ${whole(window)} h, times ` +
        "the root of the bars ahead.",
    ],
    [
      "Samples",
      `${whole(samples.n)} of ${whole(samples.rows)} decision bars, ${date(samples.first)} to ${date(samples.last)}; median barrier ${percent(samples.medianBarrier)}`,
    ],
    [
      "Dropped",
      Object.entries(samples.dropped).map(([why, n]) => (
        <span class="chip-line">
          {whole(n)} {why}: {DROPPED[why as NoLabel](percent(least))}
        </span>
      )),
    ],
    ["Threshold", `${fineRatio(threshold)} (the last fold's), chosen on rows that were not fitted to`],
    [
      "Trials",
      `${whole(trials.count)} on these data in the ledger, this one included; ${whole(trials.replayed)} replayed over the same days; ` +
        `worth ${tenth(trials.effective)} independent ones`,
    ],
  ];
}

/** @param least The least barrier. */
const DROPPED: Readonly<Record<NoLabel, (least: string) => string>> = {
  "warm-up": () => "a feature is not known yet",
  unfinished: () => "the bars end before the label does",
  "not traded": () => "nobody could have entered",
  narrow: (least) => `barriers nearer than ${least} do not earn the costs of a round trip`,
};

function boundsText(bounds: GateBounds): string {
  const usual = defaultBounds();
  const stricter = (Object.keys(usual) as (keyof GateBounds)[])
    .filter((key) => bounds[key] !== usual[key])
    .map((key) => `${key} ${bounds[key]} (default ${usual[key]})`);
  return stricter.length === 0 ? "the defaults" : `stricter than the defaults: ${stricter.join(", ")}`;
}

/** What ties the report to files, data, config and code: sha256 each. */
export function Hashes({ document, hash }: { readonly document: GateDocument; readonly hash: string }) {
  const { digest, data, config, code, judge } = document;
  const facts = {
    Report: hash,
    Artifact: digest,
    Data: data,
    Config: config,
    Code: code,
    "The gates' own code": judge,
  };
  return (
    <Part id="hashes" title="Hashes">
      <Facts
        facts={Object.entries(facts).map(([name, value]) => [
          name,
          value === null ? "not looked at" : <code>{value}</code>,
        ])}
      />
    </Part>
  );
}
