import { Button } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTexts } from "../i18n/useTexts";
import type { NewKey } from "../api/contract";
import { formatDate } from "../i18n/format";
import dialogs from "../jump/dialogs.module.css";
import { Copyable } from "../ui/Copyable";
import { Commands } from "./Commands";
import classes from "./Deploy.module.css";
import { Fetch } from "./Fetch";
import { MailForm } from "./MailForm";

interface Props {
  made: NewKey;
  onClose: () => void;
  onAnother: () => void;
}

/** A new installer, with its link for the only time: to download, to hand on, to mail, to deploy. */
export function InstallerReady({ made, onClose, onAnother }: Props) {
  const { t } = useTexts();
  return (
    <div className={dialogs.form}>
      <div className={classes.once}>
        <IconEyeOff size={17} stroke={1.7} aria-hidden="true" />
        <p>
          {t("deploy.once")} <strong>{t("deploy.expires", { time: formatDate(made.expires_at) })}</strong>
        </p>
      </div>
      <Part title={t("deploy.here")}>
        <Fetch made={made} />
      </Part>
      <Part title={t("deploy.link")} hint={t("deploy.linkHint")}>
        <Copyable label={t("deploy.link")} text={made.url} />
      </Part>
      <Part title={t("deploy.mail")}>
        <MailForm made={made} />
      </Part>
      <Part title={t("deploy.commands")} hint={t("deploy.commandsHint")}>
        <Commands made={made} />
      </Part>
      <div className={dialogs.buttons}>
        <Button variant="default" onClick={onAnother}>
          {t("deploy.another")}
        </Button>
        <Button onClick={onClose}>{t("action.done")}</Button>
      </div>
    </div>
  );
}

function Part({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3>{title}</h3>
      {hint && <p>{hint}</p>}
      {children}
    </section>
  );
}
