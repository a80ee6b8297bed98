import type { Child } from "hono/jsx";

/** Why a cell is empty; figures and intervals without a value are one. */
export interface Missing {
  readonly why: string;
}
/** A figure over its interval, small. */
export interface WithInterval {
  readonly figure: string | Missing;
  readonly interval: string | Missing;
}
export type Cell = Child | Missing | WithInterval;

export interface Column<R> {
  readonly head: string;
  /** Text and pictures stand left, numbers right. */
  readonly left?: boolean;
  readonly cell: (row: R) => Cell;
}

export interface TableOptions<R> {
  /** What a screen reader calls the table. */
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly rowClass?: (row: R) => string | undefined;
}

const isMissing = (cell: Cell): cell is Missing => typeof cell === "object" && cell !== null && "why" in cell;
const hasInterval = (cell: Cell): cell is WithInterval =>
  typeof cell === "object" && cell !== null && "interval" in cell;

/** A table in a box of its own, which scrolls where the screen is too narrow. The first column heads its row. */
export function dataTable<R>({ label, columns, rows, rowClass }: TableOptions<R>) {
  const whys = new Set<string>();
  const plain = (cell: Child | Missing): Child => {
    if (!isMissing(cell)) return cell;
    whys.add(cell.why);
    return <abbr title={cell.why}>n/a</abbr>;
  };
  const contentOf = (cell: Cell): Child => {
    if (!hasInterval(cell)) return plain(cell);
    if (isMissing(cell.figure)) return plain(cell.figure);
    return (
      <>
        {cell.figure}
        <small>{plain(cell.interval)}</small>
      </>
    );
  };
  const body = rows.map((row) => (
    <tr class={rowClass?.(row)}>
      {columns.map(({ left, cell: of }, k) => {
        const content = contentOf(of(row));
        const side = left === true ? "left" : undefined;
        return k === 0 ? (
          <th scope="row" class={side}>
            {content}
          </th>
        ) : (
          <td class={side}>{content}</td>
        );
      })}
    </tr>
  ));
  return (
    <>
      <section class="scroll" aria-label={label} tabindex={0}>
        <table>
          <thead>
            <tr>
              {columns.map(({ head, left }) => (
                <th scope="col" class={left === true ? "left" : undefined}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{body}</tbody>
        </table>
      </section>
      {whys.size > 0 && <p class="why">n/a: {[...whys].join("; ")}.</p>}
    </>
  );
}

/** One short sentence below a chart or table on how to read it. */
export const How = ({ children }: { readonly children?: Child }) => <p class="how">{children}</p>;

/** A part of the report with its heading. */
export const Part = ({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children?: Child;
}) => (
  <section id={id} class="part">
    <h2>{title}</h2>
    {children}
  </section>
);

/** A square of a colour class (`c0`, `regime-2`) before a name. */
export const Key = ({ colour, name }: { readonly colour: string; readonly name: string }) => (
  <span class="key">
    <i class={`swatch ${colour}`} />
    {name}
  </span>
);

export const Legend = ({
  entries,
}: {
  readonly entries: readonly { readonly colour: string; readonly name: string }[];
}) => (
  <ul class="legend">
    {entries.map((entry) => (
      <li>
        <Key {...entry} />
      </li>
    ))}
  </ul>
);

/** The colour of the k-th strategy, rule or kind: ten, then from the beginning. */
export const colourOf = (k: number): string => `c${k % 10}`;
export const colourVariable = (k: number): string => `var(--${colourOf(k)})`;
