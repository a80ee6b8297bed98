import type { Child } from "hono/jsx";

/** A verdict in a box of its own, one of a list `ul.chips`. */
export const Chip = ({
  title,
  verdict,
  kind,
  children,
}: {
  readonly title: string;
  readonly verdict: Child;
  readonly kind: "good" | "bad" | "open";
  readonly children?: Child;
}) => (
  <li class={`chip ${kind}`}>
    <span class="chip-title">{title}</span>
    <strong>{verdict}</strong>
    <span class="chip-text">{children}</span>
  </li>
);
