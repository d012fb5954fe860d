import { Button, NumberInput, PasswordInput, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { getMailSettings, setMailSettings } from "../api/calls";
import type { MailSettings } from "../api/types";
import { showDone, showProblem } from "../ui/problems";
import { MailTest } from "./MailTest";
import { changed, type Draft, draftOf, usualPort } from "./mail";
import { Section } from "./Section";
import classes from "./Settings.module.css";

/** How the site sends mail. */
export function MailSettingsForm() {
  const { t } = useTexts();
  const settings = useQuery({ queryKey: ["settings", "mail"], queryFn: getMailSettings });
  return (
    <Section title={t("admin.mailTitle")} lead={t("admin.mailLead")} query={settings}>
      {(now) => <Form now={now} />}
    </Section>
  );
}

function Form({ now }: { now: MailSettings }) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(draftOf(now));
  const [busy, setBusy] = useState(false);
  const change = (some: Partial<Draft>) => setDraft({ ...draft, ...some });
  const unsaved = changed(now, draft);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const saved = await setMailSettings(draft);
      queries.setQueryData(["settings", "mail"], saved);
      setDraft(draftOf(saved));
      showDone(t("admin.saved"));
    } catch (thrown) {
      showProblem(thrown);
    }
    setBusy(false);
  };
  return (
    <div>
      <form className={classes.form} onSubmit={(event) => void submit(event)}>
        <Server draft={draft} onChange={change} />
        <Login draft={draft} kept={now.password_set} onChange={change} />
        <Sender draft={draft} onChange={change} />
        <div className={classes.buttons}>
          <Button type="submit" loading={busy} disabled={!unsaved}>
            {t("admin.save")}
          </Button>
        </div>
      </form>
      {now.host && <MailTest unsaved={unsaved} />}
    </div>
  );
}

interface PartProps {
  draft: Draft;
  onChange: (some: Partial<Draft>) => void;
}

function Server({ draft, onChange }: PartProps) {
  const { t } = useTexts();
  return (
    <>
      <div className={classes.host}>
        <TextInput
          label={t("admin.mailHost")}
          placeholder="mail.example.com"
          description={draft.host ? undefined : t("admin.mailHostHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={draft.host}
          maxLength={253}
          onChange={(event) => onChange({ host: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label={t("admin.mailPort")}
          value={draft.port}
          min={1}
          max={65535}
          allowDecimal={false}
          hideControls
          onChange={(port) => onChange({ port: Number(port) || 0 })}
        />
      </div>
      <div>
        <div className={classes.label}>{t("admin.mailSecurity")}</div>
        <SegmentedControl
          fullWidth
          aria-label={t("admin.mailSecurity")}
          value={draft.security}
          onChange={(value) => {
            const security = value as Draft["security"];
            onChange({ security, port: draft.port === usualPort[draft.security] ? usualPort[security] : draft.port });
          }}
          data={[
            { value: "starttls", label: t("admin.mailStarttls") },
            { value: "tls", label: t("admin.mailTls") },
            { value: "none", label: t("admin.mailNone") },
          ]}
        />
        {draft.security === "none" && <p className={classes.hint}>{t("admin.mailNoneHint")}</p>}
      </div>
    </>
  );
}

function Login({ draft, kept, onChange }: PartProps & { kept: boolean }) {
  const { t } = useTexts();
  return (
    <div className={classes.pair}>
      <TextInput
        label={t("admin.mailUser")}
        description={t("admin.mailUserHint")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={draft.user}
        maxLength={254}
        autoComplete="off"
        onChange={(event) => onChange({ user: event.currentTarget.value })}
      />
      <PasswordInput
        label={t("admin.mailPassword")}
        placeholder={kept ? t("admin.mailPasswordKept") : undefined}
        description={t("admin.mailPasswordHint")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={draft.password ?? ""}
        maxLength={1024}
        autoComplete="new-password"
        onChange={(event) => onChange({ password: event.currentTarget.value || undefined })}
      />
    </div>
  );
}

function Sender({ draft, onChange }: PartProps) {
  const { t } = useTexts();
  return (
    <div className={classes.pair}>
      <TextInput
        type="email"
        label={t("admin.mailFrom")}
        placeholder="jump@example.com"
        value={draft.from}
        maxLength={254}
        required={draft.host !== ""}
        withAsterisk={false}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        label={t("admin.mailFromName")}
        value={draft.from_name}
        maxLength={128}
        onChange={(event) => onChange({ from_name: event.currentTarget.value })}
      />
    </div>
  );
}
