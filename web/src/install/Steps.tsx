import type { Platform } from "../api/types";
import { useTexts } from "../i18n/useTexts";
import { Copyable } from "../ui/Copyable";
import classes from "./Install.module.css";
import { stepsFor } from "./steps";

interface Props {
  platform: Platform;
  uid: string;
  keyInfo: string;
}

/** What to do after the download. */
export function Steps({ platform, uid, keyInfo }: Props) {
  const { t } = useTexts();
  return (
    <section className={classes.steps}>
      <h2>{t("install.after")}</h2>
      <ol>
        {stepsFor(platform, uid, keyInfo).map(({ text, command, instead }) => (
          <li key={text} data-instead={instead}>
            {t(text)}
            {command && <Copyable label={t("install.after")} text={command} />}
          </li>
        ))}
      </ol>
    </section>
  );
}
