import { whole } from "../format.ts";
import { type ShownSetting, settingList } from "../setting-list.ts";
import { dataTable, How, Part } from "../table.tsx";

/** The whole config of the run, what differs from the defaults first. */
export function Settings({ config }: { readonly config: unknown }) {
  const all = settingList(config);
  const changed = all.filter((s) => s.differs).length;
  return (
    <Part id="config" title="Config">
      <p>
        {changed === 0
          ? `All ${whole(all.length)} settings have their defaults.`
          : `${whole(changed)} of ${whole(all.length)} settings differ from their defaults; they come first.`}
      </p>
      {dataTable<ShownSetting>({
        label: "Settings",
        columns: [
          { head: "Setting", left: true, cell: (s) => <code>{s.path}</code> },
          { head: "Value", left: true, cell: (s) => <span class="value">{s.value}</span> },
          ...(changed === 0
            ? []
            : [
                {
                  head: "Default",
                  left: true,
                  cell: (s: ShownSetting) => (s.differs ? <span class="value">{s.fallback}</span> : ""),
                },
              ]),
          { head: "Unit", left: true, cell: (s) => <span class="value">{s.unit}</span> },
          { head: "Meaning", left: true, cell: (s) => <span class="meaning">{s.description}</span> },
        ],
        rows: all,
        rowClass: (s) => (s.differs ? "differs" : undefined),
      })}
      <How>
        {changed > 0 && "An empty default is the value itself. "}Fractions are shares of one; hours, days and
        USD as the unit says.
      </How>
    </Part>
  );
}
