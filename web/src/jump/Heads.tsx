import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useTexts } from "../i18n/useTexts";
import type { Column } from "./columns";
import type { Query, Sort } from "./query";
import classes from "./Table.module.css";

interface Props {
  columns: readonly Column[];
  query: Query;
  onSort: (sort: Sort) => void;
}

/** The head of the table; a click sorts, another one turns the order round. */
export function Heads({ columns, query, onSort }: Props) {
  return (
    <div role="row" className={classes.heads} aria-rowindex={1}>
      {columns.map((column) => (
        <Head key={column.id} column={column} query={query} onSort={onSort} />
      ))}
    </div>
  );
}

function Head({ column, query, onSort }: Omit<Props, "columns"> & { column: Column }) {
  const { t } = useTexts();
  const { sort } = column;
  const sorted = sort !== undefined && query.sort === sort;
  const Arrow = query.descending ? IconChevronDown : IconChevronUp;
  const order = query.descending ? "descending" : "ascending";
  return (
    <div role="columnheader" className={classes.head} aria-sort={sorted ? order : undefined}>
      {sort ? (
        <button type="button" onClick={() => onSort(sort)} data-sorted={sorted || undefined}>
          <span>{t(`field.${column.id}`)}</span>
          {sorted && <Arrow size={13} stroke={2.2} aria-hidden="true" />}
        </button>
      ) : (
        <span className={classes.plain}>{t(`field.${column.id}`)}</span>
      )}
    </div>
  );
}
