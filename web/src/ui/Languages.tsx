import { chooseLanguage, language, languages } from "../i18n";
import { useTexts } from "../i18n/useTexts";
import classes from "./Languages.module.css";

/** The choice of language for those who are not signed in. */
export function Languages() {
  const { t } = useTexts();
  return (
    <nav className={classes.languages} aria-label={t("bar.language")}>
      {languages.map((code) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={language() === code}
          onClick={() => void chooseLanguage(code)}
        >
          {code === "en" ? "English" : "Deutsch"}
        </button>
      ))}
    </nav>
  );
}
