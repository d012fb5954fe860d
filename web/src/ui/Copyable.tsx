import { CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTexts } from "../i18n/useTexts";
import classes from "./Copyable.module.css";

interface Props {
  label: string; // what it is, for those who do not see the heading above it
  text: string;
  line?: boolean; // on one line, cut where it is too long
}

/** A text that is meant to be copied, such as a link or a command. */
export function Copyable({ label, text, line = false }: Props) {
  const { t } = useTexts();
  return (
    <div className={classes.copyable} data-line={line || undefined}>
      <code translate="no">{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <button
            type="button"
            onClick={copy}
            aria-label={`${t("action.copy")}: ${label}`}
            data-copied={copied || undefined}
          >
            {copied ? <IconCheck size={15} aria-hidden="true" /> : <IconCopy size={15} aria-hidden="true" />}
            <span aria-live="polite">{copied ? t("action.copied") : t("action.copy")}</span>
          </button>
        )}
      </CopyButton>
    </div>
  );
}
