import { Button, Select, TagsInput, Textarea } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import type { NewKey } from "../api/types";
import { type Language, language, languages } from "../i18n";
import { formatNumber } from "../i18n/format";
import { addressesIn, isAddress, maxRecipients } from "./addresses";
import classes from "./Deploy.module.css";
import { MailOutcome } from "./MailOutcome";
import { useMailing } from "./useMailing";

/** Mails the link to several people at once (requirement B2). */
export function MailForm({ made }: { made: NewKey }) {
  const { t } = useTexts();
  const [recipients, setRecipients] = useState<string[]>([]);
  const [letter, setLetter] = useState<Letter>({ language: language(), note: "" });
  const { busy, outcome, send } = useMailing(made);
  const bad = recipients.find((one) => !isAddress(one));
  const uses = made.max_uses; // 0: no limit
  const submit = async () => setRecipients(await send({ ...letter, recipients }));
  return (
    <>
      <div className={classes.fetch}>
        <Recipients
          value={recipients}
          error={bad && t("deploy.addressBad", { address: bad })}
          onChange={setRecipients}
        />
        <Button
          variant="default"
          leftSection={<IconMail size={16} stroke={1.8} />}
          disabled={recipients.length === 0 || bad !== undefined}
          loading={busy}
          onClick={() => void submit()}
        >
          {t("deploy.send")}
        </Button>
      </div>
      {uses > 0 && recipients.length > uses && (
        <p className={classes.problem} role="status">
          {t("deploy.tooMany", { count: uses, n: formatNumber(uses) })}
        </p>
      )}
      {recipients.length > 0 && <LetterFields letter={letter} onChange={setLetter} />}
      <MailOutcome outcome={outcome} />
    </>
  );
}

interface RecipientsProps {
  value: string[];
  error: string | undefined;
  onChange: (recipients: string[]) => void;
}

/** The addresses as chips; a list that is pasted becomes one for each. */
function Recipients({ value, error, onChange }: RecipientsProps) {
  const { t } = useTexts();
  const [typing, setTyping] = useState("");
  const set = (list: string[]) => onChange([...new Set(list.flatMap(addressesIn))].slice(0, maxRecipients));
  const type = (text: string) => {
    const whole = /[,;\s]$/.test(text) || /[,;\n].*@/.test(text);
    if (whole) set([...value, text]);
    setTyping(whole ? "" : text);
  };
  return (
    <TagsInput
      aria-label={t("deploy.recipients")}
      placeholder={value.length === 0 ? t("deploy.recipientsHint") : ""}
      value={value}
      onChange={set}
      searchValue={typing}
      onSearchChange={type}
      acceptValueOnBlur
      maxTags={maxRecipients}
      error={error}
    />
  );
}

/** What the message says besides the link, and in which language. */
interface Letter {
  language: Language;
  note: string;
}

const names: Record<Language, string> = { en: "English", de: "Deutsch" };

function LetterFields({ letter, onChange }: { letter: Letter; onChange: (letter: Letter) => void }) {
  const { t } = useTexts();
  return (
    <div className={classes.letter}>
      <Textarea
        label={t("deploy.note")}
        placeholder={t("deploy.noteHint")}
        value={letter.note}
        onChange={(event) => onChange({ ...letter, note: event.currentTarget.value })}
        maxLength={2000}
        autosize
        minRows={1}
        maxRows={5}
      />
      <Select
        label={t("deploy.mailLanguage")}
        data={languages.map((code) => ({ value: code, label: names[code] }))}
        value={letter.language}
        onChange={(next) => next && onChange({ ...letter, language: next as Language })}
        allowDeselect={false}
      />
    </div>
  );
}
