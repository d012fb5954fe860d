import { Button, CopyButton, SegmentedControl } from "@mantine/core";
import { IconCheck, IconCopy, IconEyeOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import type { NewKey } from "../api/types";
import dialogs from "../jump/dialogs.module.css";
import { formatDate } from "../i18n/format";
import { type Command, commands } from "./commands";
import classes from "./Deploy.module.css";

/** Shows a new key, for the only time. */
export function KeyReady({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const { t } = useTexts();
  const windows = navigator.userAgent.includes("Windows");
  const [system, setSystem] = useState<Command["system"]>(windows ? "windows" : "unix");
  const command = commands(made.key_info).find((one) => one.system === system);
  return (
    <div className={dialogs.form}>
      <div className={classes.once}>
        <IconEyeOff size={17} stroke={1.7} aria-hidden="true" />
        <p>
          {t("deploy.once")} <strong>{t("deploy.expires", { time: formatDate(made.expires_at) })}</strong>
        </p>
      </div>
      <Secret label={t("deploy.keyInfo")} text={made.key_info} />
      <div className={classes.run}>
        <h3>{t("deploy.run")}</h3>
        <SegmentedControl
          size="xs"
          aria-label={t("field.system")}
          value={system}
          onChange={(value) => setSystem(value as Command["system"])}
          data={[
            { value: "unix", label: t("deploy.unix") },
            { value: "windows", label: t("deploy.windows") },
          ]}
        />
      </div>
      <Secret text={command?.line ?? ""} label={t("deploy.run")} bare />
      <p className={dialogs.text}>{t("deploy.runHint")}</p>
      <div className={dialogs.buttons}>
        <span />
        <Button onClick={onClose}>{t("action.done")}</Button>
      </div>
    </div>
  );
}

/** A text to copy. */
function Secret({ label, text, bare = false }: { label: string; text: string; bare?: boolean }) {
  const { t } = useTexts();
  return (
    <div>
      {!bare && <div className={classes.label}>{label}</div>}
      <div className={classes.secret}>
        <code translate="no">{text}</code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <button
              type="button"
              onClick={copy}
              aria-label={`${t("action.copy")}: ${label}`}
              data-copied={copied || undefined}
            >
              {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
              {copied ? t("action.copied") : t("action.copy")}
            </button>
          )}
        </CopyButton>
      </div>
    </div>
  );
}
