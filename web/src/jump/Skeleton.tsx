import { useTexts } from "../i18n/useTexts";
import { type Column, template } from "./columns";
import { Cell } from "./Row";
import classes from "./Table.module.css";

const rows = 14;

/** The table's place before its first rows are there: the same lines, so that nothing moves when they come. */
export function Skeleton({ columns }: { columns: readonly Column[] }) {
  const { t } = useTexts();
  return (
    <div className={classes.scroller} role="status" aria-label={t("table.loading")}>
      <div className={classes.grid} style={template(columns)} aria-hidden="true">
        <div className={classes.heads} />
        <div className={classes.body}>
          {Array.from({ length: rows }, (_, row) => (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: lines without an identity
              key={row}
              className={classes.row}
              style={{ transform: `translateY(calc(var(--j-row) * ${row}))`, opacity: 1 - row / rows }}
            >
              {columns.map((column) => (
                <Cell key={column.id} column={column} client={undefined} />
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
