import { useState } from "react";
import { mailKey } from "../api/calls";
import { asProblem, type Problem } from "../api/problem";
import type { Mailed, MailRequest, NewKey } from "../api/types";
import { formatNumber } from "../i18n/format";
import { useTexts } from "../i18n/useTexts";
import { showDone } from "../ui/problems";

/** What did not work of mailing a link: for some recipients, or at all. */
export interface Outcome {
  missed: Mailed["failed"];
  problem?: Problem;
}

const well: Outcome = { missed: [] };

/** Mails an installer's link; send returns the recipients who are left without it. */
export function useMailing(made: NewKey) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState(well);
  const send = async (letter: Omit<MailRequest, "key_info">): Promise<string[]> => {
    setBusy(true);
    setOutcome(well);
    try {
      const { sent, failed } = await mailKey(made.uid, { ...letter, key_info: made.key_info });
      if (sent > 0) showDone(t("deploy.sent", { count: sent, n: formatNumber(sent) }));
      setOutcome({ missed: failed });
      return failed.map(({ recipient }) => recipient);
    } catch (thrown) {
      setOutcome({ missed: [], problem: asProblem(thrown) });
      return letter.recipients;
    } finally {
      setBusy(false);
    }
  };
  return { busy, outcome, send };
}
