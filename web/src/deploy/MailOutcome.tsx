import { Link } from "wouter";
import { useMe } from "../app/me";
import { useTexts } from "../i18n/useTexts";
import { describe } from "../ui/problems";
import classes from "./Deploy.module.css";
import type { Outcome } from "./useMailing";

/** Who got no message, and why; administrators find the way to the mail settings here. */
export function MailOutcome({ outcome: { missed, problem } }: { outcome: Outcome }) {
  const { t } = useTexts();
  const me = useMe();
  const said = problem && describe(problem);
  return (
    <>
      {missed.map(({ recipient, reason }) => (
        <p key={recipient} className={classes.problem} role="alert">
          {t("deploy.notSent", { address: recipient, reason })}
        </p>
      ))}
      {said && (
        <p className={classes.problem} role="alert">
          {said.text} {said.hint} <small>({said.code})</small>{" "}
          {me.role === "admin" && <Link href="/login/settings">{t("deploy.mailSetUp")}</Link>}
        </p>
      )}
    </>
  );
}
