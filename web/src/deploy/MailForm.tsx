import { Button, Select, TagsInput, Textarea } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { Link } from "wouter";
import { mailKey } from "../api/calls";
import type { Mailed, NewKey } from "../api/types";
import { asProblem, type Problem } from "../api/problem";
import { useMe } from "../app/me";
import { language, languages, type Language } from "../i18n";
import { formatNumber } from "../i18n/format";
import { describe, showDone } from "../ui/problems";
import { addressesIn, isAddress, maxRecipients } from "./addresses";
import classes from "./Deploy.module.css";

const names: Record<Language, string> = { en: "English", de: "Deutsch" };

/** Mails the link to several people at once (requirement B2). */
export function MailForm({ made }: { made: NewKey }) {
  const { t } = useTexts();
  const [recipients, setRecipients] = useState<string[]>([]);
  const [typing, setTyping] = useState("");
  const [spoken, setSpoken] = useState<Language>(language());
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [missed, setMissed] = useState<Mailed["failed"]>([]);
  const [problem, setProblem] = useState<Problem>();
  const add = (list: string[]) => setRecipients([...new Set(list.flatMap(addressesIn))].slice(0, maxRecipients));
  const type = (text: string) => {
    const whole = /[,;\s]$/.test(text) || /[,;\n].*@/.test(text); // or a list that was pasted
    if (whole) add([...recipients, text]);
    setTyping(whole ? "" : text);
  };
  const bad = recipients.find((one) => !isAddress(one));
  const send = async () => {
    setBusy(true);
    setProblem(undefined);
    setMissed([]);
    try {
      const { sent, failed } = await mailKey(made.uid, { key_info: made.key_info, recipients, language: spoken, note });
      if (sent > 0) showDone(t("deploy.sent", { count: sent, n: formatNumber(sent) }));
      setRecipients(failed.map(({ recipient }) => recipient));
      setMissed(failed);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  return (
    <>
      <div className={classes.fetch}>
        <TagsInput
          aria-label={t("deploy.recipients")}
          placeholder={recipients.length === 0 ? t("deploy.recipientsHint") : ""}
          value={recipients}
          onChange={add}
          searchValue={typing}
          onSearchChange={type}
          acceptValueOnBlur
          maxTags={maxRecipients}
          error={bad && t("deploy.addressBad", { address: bad })}
        />
        <Button
          variant="default"
          leftSection={<IconMail size={16} stroke={1.8} />}
          disabled={recipients.length === 0 || bad !== undefined}
          loading={busy}
          onClick={() => void send()}
        >
          {t("deploy.send")}
        </Button>
      </div>
      {recipients.length > 0 && (
        <div className={classes.letter}>
          <Textarea
            label={t("deploy.note")}
            placeholder={t("deploy.noteHint")}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            maxLength={2000}
            autosize
            minRows={1}
            maxRows={5}
          />
          <Select
            label={t("deploy.mailLanguage")}
            data={languages.map((code) => ({ value: code, label: names[code] }))}
            value={spoken}
            onChange={(next) => next && setSpoken(next as Language)}
            allowDeselect={false}
          />
        </div>
      )}
      {missed.map(({ recipient, reason }) => (
        <p key={recipient} className={classes.problem} role="alert">
          {t("deploy.notSent", { address: recipient, reason })}
        </p>
      ))}
      {problem && <MailProblem problem={problem} />}
    </>
  );
}

/** Why the message did not go out; administrators find the way to the mail settings here. */
function MailProblem({ problem }: { problem: Problem }) {
  const { t } = useTexts();
  const me = useMe();
  const { text, hint } = describe(problem);
  return (
    <p className={classes.problem} role="alert">
      {text} {hint} {me.role === "admin" && <Link href="/login/settings">{t("deploy.mailSetUp")}</Link>}
    </p>
  );
}
