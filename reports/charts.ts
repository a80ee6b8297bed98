import type { TopLevelSpec } from "vega-lite";

/** Loaded at the first chart: vega takes longer to load than a short backtest takes to run. */
async function loadVega() {
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  return { parse, View, compile };
}

const CONFIG: TopLevelSpec["config"] = {
  background: undefined,
  view: { stroke: null },
  axis: {
    domainColor: "var(--line)",
    gridColor: "var(--line)",
    tickColor: "var(--line)",
    labelColor: "var(--muted)",
    titleColor: "var(--muted)",
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
  },
};

/**
 * Draws a vega-lite chart as an SVG element of the text. Specs hold numbers, times and Fathom's own words only;
 * names that a user chose stand in the legend beside it, which is HTML. Colours are CSS variables, so that
 * one picture serves light, dark and print.
 * @param id Makes the picture's clip ids its own; @param label What a screen reader says.
 */
export async function drawChart(id: string, label: string, spec: TopLevelSpec): Promise<string> {
  const { parse, View, compile } = await loadVega();
  const { spec: compiled } = compile({ ...spec, background: "transparent", config: CONFIG } as TopLevelSpec);
  const view = new View(parse(compiled), { renderer: "none" });
  try {
    return cleanSvg(await view.toSVG(), id, label);
  } finally {
    view.finalize();
  }
}

const ELEMENTS = new Set(["svg", "g", "path", "line", "rect", "text", "tspan", "defs", "clippath"]);
const ATTRIBUTES = new Set([
  ...["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height"],
  ...["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "opacity"],
  ...["text-anchor", "font-size", "font-weight", "clip-path", "id", "display"],
]);

const TAG = /<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/g;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

/**
 * Vega's SVG without what a strict content policy forbids or a page has no use for: style and class
 * attributes, ARIA of every mark, its own fonts, labels that are hidden. Coordinates have two decimals; clip ids,
 * which vega counts over all charts of a process, are counted within the picture.
 */
export function cleanSvg(svg: string, id: string, label: string): string {
  const ids = new Map<string, string>();
  const own = (name: string): string => {
    if (!ids.has(name)) ids.set(name, `${id}-clip${ids.size}`);
    return ids.get(name)!;
  };
  const visible = svg.replace(/<text[^>]* opacity="0"[^>]*>[^<]*<\/text>/g, "");
  return visible.replace(TAG, (_, slash: string, tag: string, attributes: string, end: string) => {
    if (!ELEMENTS.has(tag.toLowerCase())) return "";
    if (slash !== "") return `</${tag}>`;
    if (tag === "svg") return openSvg(attributes, label);
    const kept = [...attributes.matchAll(ATTRIBUTE)]
      .filter(([, name]) => ATTRIBUTES.has(name))
      .map(([, name, value]) => {
        if (name === "id") return ` id="${own(value)}"`;
        if (name === "clip-path")
          return ` clip-path="${value.replace(/#([\w-]+)/, (_, ref) => `#${own(ref)}`)}"`;
        return ` ${name}="${rounded(value)}"`;
      });
    return `<${tag}${kept.join("")}${end}>`;
  });
}

const rounded = (value: string): string =>
  value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2))));

function openSvg(attributes: string, label: string): string {
  const viewBox = /viewBox="([^"]*)"/.exec(attributes)?.[1] ?? "0 0 0 0";
  const [, , width, height] = viewBox.split(" ");
  return `<svg viewBox="${viewBox}" width="${width}" height="${height}" role="img" aria-label="${label}">`;
}
