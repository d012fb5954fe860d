import { useTexts } from "../i18n/useTexts";
import type { Counts } from "../api/types";
import { formatNumber } from "../i18n/format";
import classes from "./Footer.module.css";
import type { Query } from "./query";

interface Props {
  counts: Counts | undefined;
  selected: number;
  query: Query;
  onQuery: (change: Partial<Query>) => void;
}

/** The counts (requirement E9); those of a status show only these. */
export function Footer({ counts, selected, query, onQuery }: Props) {
  const { t } = useTexts();
  if (!counts) return <footer className={classes.footer} />;
  const { total } = counts;
  return (
    <footer className={`${classes.footer} j-number`}>
      <span>{t("footer.items", { count: total, n: formatNumber(total) })}</span>
      <span>{t("footer.clients", { count: total, n: formatNumber(total) })}</span>
      {(["online", "offline", "passive"] as const).map((status) => (
        <button
          key={status}
          type="button"
          data-status={status}
          aria-pressed={query.status === status}
          title={query.status === status ? t("footer.unfilter") : t("footer.filter", { status: t(`status.${status}`) })}
          onClick={() => onQuery({ status: query.status === status ? "" : status })}
        >
          <i aria-hidden="true" />
          {t(`footer.${status}`, { n: formatNumber(counts[status]) })}
        </button>
      ))}
      {selected > 1 && (
        <strong className={classes.selected}>
          {t("footer.selected", { count: selected, n: formatNumber(selected) })}
        </strong>
      )}
    </footer>
  );
}
