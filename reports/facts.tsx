import type { Child } from "hono/jsx";

export type Fact = readonly [name: string, value: Child];

/** Names with what is so, one a line. */
export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </>
    ))}
  </dl>
);
