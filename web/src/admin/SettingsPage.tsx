import { useTexts } from "../i18n/useTexts";
import { useTitle } from "../ui/useTitle";
import { LifeSettings } from "./LifeSettings";
import { LimitSettings } from "./LimitSettings";
import { MailSettingsForm } from "./MailSettingsForm";
import pages from "./Page.module.css";

/** What administrators decide for the whole site. */
export function SettingsPage() {
  const { t } = useTexts();
  useTitle(t("admin.settings"));
  return (
    <div className={pages.page}>
      <header className={pages.top}>
        <div>
          <h1>{t("admin.settings")}</h1>
          <p>{t("admin.settingsLead")}</p>
        </div>
      </header>
      <MailSettingsForm />
      <LifeSettings />
      <LimitSettings />
    </div>
  );
}
