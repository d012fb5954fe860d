import { Button, PasswordInput, TextInput } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { asProblem, type Problem } from "../api/problem";
import type { Me } from "../api/types";
import { Mark } from "../brand/Mark";
import { Languages } from "../ui/Languages";
import { describe } from "../ui/problems";
import { persistentSignIn } from "./persistent";
import classes from "./SignIn.module.css";

interface Props {
  ended: boolean; // a sign-in has run out, which is said
  onSignIn: (me: Me) => void;
}

/** The page that lets people in. */
export function SignIn({ ended, onSignIn }: Props) {
  const { t } = useTexts();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const attempt = useRef<AbortController>(undefined);
  const callOff = () => {
    attempt.current?.abort();
    setBusy(false);
  };
  useEffect(() => () => attempt.current?.abort(), []);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    callOff();
    const mine = new AbortController();
    attempt.current = mine;
    setBusy(true);
    setProblem(undefined);
    try {
      const [name, password] = [String(form.get("name")).trim(), String(form.get("password"))];
      const me = await persistentSignIn(name, password, { signal: mine.signal, onUnreachable: setProblem });
      if (me) onSignIn(me);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      if (!mine.signal.aborted) setBusy(false);
    }
  };
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={(event) => void submit(event)} onChange={callOff}>
        <div className={classes.brand}>
          <Mark size={40} />
          <h1>Jump</h1>
          <p>{t("signIn.lead")}</p>
        </div>
        <Notice problem={problem} ended={ended} />
        <TextInput
          name="name"
          label={t("signIn.name")}
          autoComplete="username"
          autoFocus
          required
          size="md"
          maxLength={128}
          withAsterisk={false}
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordInput
          name="password"
          label={t("signIn.password")}
          autoComplete="current-password"
          required
          size="md"
          withAsterisk={false}
        />
        <Button type="submit" size="md" fullWidth mt={6} loading={busy}>
          {t("signIn.submit")}
        </Button>
      </form>
      <div className={classes.languages}>
        <Languages />
      </div>
    </main>
  );
}

/** Why somebody stands here again, or what was wrong with the last try. */
function Notice({ problem, ended }: { problem: Problem | undefined; ended: boolean }) {
  const { t } = useTexts();
  if (problem) {
    const { text, hint } = describe(problem);
    return (
      <div className={classes.notice} data-kind="bad" role="alert">
        <IconAlertCircle size={17} aria-hidden="true" />
        <span>
          {text} <span className={classes.hint}>{hint}</span>
        </span>
      </div>
    );
  }
  return ended ? (
    <div className={classes.notice} role="status">
      <IconAlertCircle size={17} aria-hidden="true" />
      <span>{t("signIn.again")}</span>
    </div>
  ) : null;
}
