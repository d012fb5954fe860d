import { useTranslation } from "react-i18next";
import classes from "./Notice.module.css";

/** A sentence; count tells one from the same sentence said again. */
export interface Said {
  code: string;
  text: string; // for a code that this viewer does not know
  count: number;
}

/** Shows a sentence for a while. */
export function Notice({ notice }: { notice: Said | undefined }) {
  const { t } = useTranslation("viewer");
  if (!notice) return null;
  return (
    <div key={notice.count} className={classes.notice} role="status">
      {t(`notice.${notice.code}`, { defaultValue: "" }) || notice.text}
    </div>
  );
}
