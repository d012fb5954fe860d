import { VisuallyHidden } from "@mantine/core";
import { useTexts } from "../i18n/useTexts";
import type { Status } from "../api/types";
import classes from "./Status.module.css";

interface Props {
  status: Status;
  bare?: boolean;
  hint?: string; // what more is to be said of it
}

/** A client's status as a mark of colour and shape, with its word unless that is left out. */
export function StatusMark({ status, bare = false, hint }: Props) {
  const { t } = useTexts();
  const word = t(`status.${status}`);
  return (
    <span className={classes.status} data-status={status} title={hint ?? (bare ? word : undefined)}>
      <span className={classes.dot} aria-hidden="true" />
      {bare ? <VisuallyHidden>{word}</VisuallyHidden> : word}
    </span>
  );
}
