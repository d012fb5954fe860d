import { Button, NumberInput, SegmentedControl } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { getClientSettings, setClientSettings } from "../api/calls";
import type { ClientSettings } from "../api/types";
import { showDone, showProblem } from "../ui/problems";
import { Section } from "./Section";
import classes from "./Settings.module.css";

const usualDays = 180;
const leastDays = 15;
const mostDays = 3650;
const usualMinutes = 15;
const mostMinutes = 1440;

/** When clients that stay away are removed (requirement E11), and how often passive ones check in (G1). */
export function LifeSettings() {
  const { t } = useTexts();
  const settings = useQuery({ queryKey: ["settings", "clients"], queryFn: getClientSettings });
  return (
    <Section title={t("admin.lifeTitle")} lead={t("admin.lifeLead")} query={settings}>
      {(now) => <Form key={`${now.offline_days} ${now.check_in_minutes}`} now={now} />}
    </Section>
  );
}

function Form({ now }: { now: ClientSettings }) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [never, setNever] = useState(now.offline_days === 0);
  const [days, setDays] = useState(now.offline_days || usualDays);
  const [minutes, setMinutes] = useState(now.check_in_minutes ?? usualMinutes);
  const [busy, setBusy] = useState(false);
  const wanted = never ? 0 : days;
  const same = wanted === now.offline_days && minutes === now.check_in_minutes;
  const possible = (never || days >= leastDays) && minutes >= 1 && minutes <= mostMinutes;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      queries.setQueryData(
        ["settings", "clients"],
        await setClientSettings({ offline_days: wanted, check_in_minutes: minutes }),
      );
      showDone(t("admin.saved"));
    } catch (thrown) {
      showProblem(thrown);
    }
    setBusy(false);
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <SegmentedControl
        aria-label={t("admin.lifeTitle")}
        value={never ? "never" : "remove"}
        onChange={(value) => setNever(value === "never")}
        data={[
          { value: "remove", label: t("admin.lifeRemove") },
          { value: "never", label: t("admin.lifeNever") },
        ]}
      />
      {never ? (
        <p className={classes.hint}>{t("admin.lifeNeverHint")}</p>
      ) : (
        <NumberInput
          label={t("admin.lifeDays")}
          description={t("admin.lifeRange")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={days}
          onChange={(value) => setDays(Number(value) || 0)}
          min={leastDays}
          max={mostDays}
          clampBehavior="blur"
          allowDecimal={false}
          required
          withAsterisk={false}
        />
      )}
      <NumberInput
        label={t("admin.checkIn")}
        description={t("admin.checkInHint")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={minutes}
        onChange={(value) => setMinutes(Number(value) || 0)}
        min={1}
        max={mostMinutes}
        clampBehavior="blur"
        allowDecimal={false}
        required
        withAsterisk={false}
      />
      <div className={classes.buttons}>
        <Button type="submit" loading={busy} disabled={same || !possible}>
          {t("admin.save")}
        </Button>
      </div>
    </form>
  );
}
