import { formatNumber } from "../i18n/format";
import { useTexts } from "../i18n/useTexts";
import classes from "./AlarmBadge.module.css";
import { useAlarms } from "./useAlarms";

/** How many alarms wait, or nothing. */
export function AlarmBadge() {
  const { t } = useTexts();
  const { data } = useAlarms();
  if (!data?.length) return null;
  const n = formatNumber(data.length);
  const text = t("admin.alarmsBadge", { count: data.length, n });
  return (
    <span className={classes.badge} role="img" aria-label={text} title={text}>
      {n}
    </span>
  );
}
