import type { GateDocument } from "../../research/gates/report.ts";

/** What the verdicts do not tell, before the figures. */
export function Notes({ document }: { readonly document: GateDocument }) {
  return (
    <section class="unknowns" id="unknown">
      <h2>What the gates cannot see</h2>
      <ul>
        {notesOf(document).map((note) => (
          <li>{note}</li>
        ))}
      </ul>
    </section>
  );
}

function notesOf({ notes, gates, detail }: GateDocument): string[] {
  const all = [...notes];
  const unseen = gates.filter((gate) => gate.checks.length === 0);
  if (unseen.length > 0) {
    const names = unseen.map(({ gate, name }) => `${gate} (${name})`).join(", ");
    all.push(`Of what was not run nothing is known: gates ${names}.`);
  }
  if (detail === null) return all;
  return [
    ...all,
    "This page and the log that names it are worth what their home is: whoever may write there can make report, log and head file fit each other. Whoever doubts them runs the gates again.",
    "This is one history. Intervals say how much chance there is in its days; they say nothing about days that are unlike them.",
    "Fills are modelled from bars: what an order would have moved, and what it would have met between two closes, is a guess.",
    "The certificate of the replay samples its rows: a look-ahead that acts in few of them may lie between.",
    "A correlation of the model with what came is no cause: it can end on any day, and the gates would see it only in data that they do not have yet.",
  ];
}
