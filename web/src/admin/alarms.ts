import type { Alarm } from "../api/types";
import { formatNumber } from "../i18n/format";
import type { Say } from "../i18n/useTexts";

/** An alarm in the words of the language in use. */
export interface Words {
  title: string;
  text: string;
  proceed: string;
  dismiss: string;
  confirm?: { title: string; text: string }; // what is asked once more before it proceeds
}

/** The words for an alarm; one of a kind that this console does not know is told in the site's own. */
export function wordsOf({ kind, count, text, hint }: Alarm, t: Say): Words {
  const n = formatNumber(count);
  switch (kind) {
    case "mass_removal":
      return {
        title: t("admin.removalTitle", { count, n }),
        text: t("admin.removalText"),
        proceed: t("admin.removalProceed"),
        dismiss: t("admin.removalDismiss"),
        confirm: { title: t("admin.removalConfirm", { n }), text: t("admin.removalConfirmText") },
      };
    case "clock_jump":
      return {
        title: t("admin.clockTitle"),
        text: t("admin.clockText"),
        proceed: t("admin.clockProceed"),
        dismiss: t("admin.clockDismiss"),
      };
    case "restored_site":
      return {
        title: t("admin.restoredTitle"),
        text: t("admin.restoredText"),
        proceed: t("admin.restoredProceed"),
        dismiss: t("admin.restoredDismiss"),
      };
  }
  return { title: text, text: hint, proceed: t("admin.proceed"), dismiss: t("admin.dismiss") };
}
