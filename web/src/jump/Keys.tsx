import { useTexts } from "../i18n/useTexts";
import classes from "./Keys.module.css";

const keys = [
  ["Enter", "stats.keyJump"],
  ["↑ ↓", "stats.keyMove"],
  ["Shift ↑ ↓", "stats.keyExtend"],
  ["Ctrl A", "stats.keyAll"],
  ["/", "stats.keySearch"],
  ["F2", "stats.keyProperties"],
  ["Del", "stats.keyRemove"],
] as const;

// Keys that are called otherwise in other languages.
const named: Record<string, "stats.capShift" | "stats.capCtrl" | "stats.capDel"> = {
  Shift: "stats.capShift",
  Ctrl: "stats.capCtrl",
  Del: "stats.capDel",
};

/** What the keyboard does in the list. */
export function Keys() {
  const { t } = useTexts();
  const cap = (part: string) => {
    const name = named[part];
    return name ? t(name) : part;
  };
  return (
    <dl className={classes.keys} aria-label={t("stats.keys")}>
      {keys.map(([key, text]) => (
        <div key={key}>
          <dt>{t(text)}</dt>
          <dd>
            {key.split(" ").map((part) => (
              <kbd key={part}>{cap(part)}</kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
