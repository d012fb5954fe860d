import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { testMail } from "../api/calls";
import { language } from "../i18n";
import { showDone, showProblem } from "../ui/problems";
import classes from "./Settings.module.css";

/** Sends a message with what is set, so that what is wrong is found now and not by a customer. */
export function MailTest({ unsaved }: { unsaved: boolean }) {
  const { t } = useTexts();
  const [to, setTo] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await testMail(to.trim(), language());
      showDone(t("admin.testDone", { address: to.trim() }));
    } catch (thrown) {
      showProblem(thrown);
    }
    setBusy(false);
  };
  return (
    <form className={classes.test} onSubmit={(event) => void submit(event)}>
      <TextInput
        type="email"
        label={t("admin.testTo")}
        value={to}
        maxLength={254}
        required
        withAsterisk={false}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={busy} disabled={unsaved || !to}>
        {t("admin.test")}
      </Button>
      {unsaved && <p className={classes.hint}>{t("admin.testFirst")}</p>}
    </form>
  );
}
