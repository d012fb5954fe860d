import { Tooltip } from "@mantine/core";
import { useTexts } from "../i18n/useTexts";
import classes from "./LivePill.module.css";
import { useLiveState } from "./live";

/** Says whether what is shown is kept up to date by the site. */
export function LivePill() {
  const { t } = useTexts();
  const state = useLiveState();
  return (
    <Tooltip label={t(state === "lost" ? "bar.lostHint" : "bar.liveHint")} multiline maw={300}>
      <span className={classes.pill} data-state={state} role="status">
        <span className={classes.dot} />
        <span className={classes.word}>{t(`bar.${state}`)}</span>
      </span>
    </Tooltip>
  );
}
