import { Button } from "@mantine/core";
import { IconChevronRight, IconEyeOff } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import type { NewKey } from "../api/types";
import { formatDate, formatNumber } from "../i18n/format";
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
  const uses = made.max_uses; // 0: no limit
  const [platform, setPlatform] = useState(made.platform);
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => notice.current?.focus(), []); // the button that was pressed is gone
  return (
    <div className={dialogs.form}>
      <div ref={notice} className={classes.once} tabIndex={-1}>
        <IconEyeOff size={17} stroke={1.7} aria-hidden="true" />
        <p>
          {t("deploy.once")} <strong>{t("deploy.expires", { time: formatDate(made.expires_at) })}</strong>
        </p>
      </div>
      <Part title={t("deploy.here")}>
        <Fetch made={made} platform={platform} onPlatform={setPlatform} />
        <details className={classes.more}>
          <summary>
            <IconChevronRight size={15} stroke={1.9} aria-hidden="true" />
            {t("deploy.commands")}
          </summary>
          <p className={classes.hint}>{t("deploy.commandsHint")}</p>
          <Commands key={platform} made={made} platform={platform} />
        </details>
      </Part>
      <Part
        title={t("deploy.link")}
        hint={uses > 0 ? t("deploy.linkHint", { count: uses, n: formatNumber(uses) }) : t("deploy.linkHintAny")}
      >
        <Copyable label={t("deploy.link")} text={made.url} line />
      </Part>
      <Part title={t("deploy.mail")}>
        <MailForm made={made} />
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
      {hint && <p className={classes.lead}>{hint}</p>}
      {children}
    </section>
  );
}
