// @ts-check

/**
 * An element with attributes, listeners (`onclick` and the like, as functions) and children. Strings
 * become text nodes: nothing is ever parsed as markup.
 * @param {string} tag
 * @param {Record<string, any>} props
 * @param {...(Node | string | undefined)} children
 * @returns {any}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== undefined) node.append(child);
  return node;
}

/** @param {string} text @param {() => void} onclick @param {Record<string, any>} props @returns {HTMLButtonElement} */
export function button(text, onclick, props = {}) {
  return el("button", { type: "button", class: "fx-button", ...props, onclick }, text);
}

/**
 * A table in a box that scrolls sideways. Cells are strings or elements; `numeric` are the columns set right.
 * @param {string} caption
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | Node)[])[]} rows
 * @param {readonly number[]} numeric
 */
export function smallTable(caption, head, rows, numeric = []) {
  const kind = (/** @type {number} */ i) => (numeric.includes(i) ? "fx-number" : undefined);
  return el(
    "div",
    { class: "fx-scroll", tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      { class: "fx-table" },
      el("caption", {}, caption),
      el(
        "thead",
        {},
        el("tr", {}, ...head.map((text, i) => el("th", { scope: "col", class: kind(i) }, text))),
      ),
      el(
        "tbody",
        {},
        ...rows.map((row) => el("tr", {}, ...row.map((cell, i) => el("td", { class: kind(i) }, cell)))),
      ),
    ),
  );
}

/** Colours of the page's theme as the canvas wants them. @param {readonly string[]} names of CSS variables @returns {string[]} */
export function themeColors(names) {
  const probe = el("span", { hidden: true });
  document.body.append(probe);
  const colors = names.map((name) => {
    probe.style.color = `var(${name}, currentcolor)`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return colors;
}

/** @param {readonly string[]} regimes */
export const regimeColors = (regimes) => themeColors(regimes.map((_, k) => `--regime-${k}`));

/** Calls back when the colours change: light and dark, screen and print. Returns what ends it. @param {() => void} redraw */
export function onThemeChange(redraw) {
  const queries = ["(prefers-color-scheme: dark)", "print"].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", redraw);
  return () => {
    for (const query of queries) query.removeEventListener("change", redraw);
  };
}

/** Calls back with the width of the node, at first and when it changes. @param {HTMLElement} node @param {(width: number) => void} resized @returns {ResizeObserver} */
export function onWidth(node, resized) {
  let before = -1;
  const observer = new ResizeObserver(() => {
    const width = Math.floor(node.clientWidth);
    if (width === before || width === 0) return;
    before = width;
    resized(width);
  });
  observer.observe(node);
  return observer;
}
