import { Button, NumberInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { getLimits, setLimits } from "../api/calls";
import type { Limits } from "../api/types";
import { formatNumber } from "../i18n/format";
import { showDone, showProblem } from "../ui/problems";
import { Section } from "./Section";
import classes from "./Settings.module.css";

/** How many Jump Clients the site may have (requirement B12). */
export function LimitSettings() {
  const { t } = useTexts();
  const limits = useQuery({ queryKey: ["settings", "limits"], queryFn: getLimits });
  return (
    <Section title={t("admin.limitsTitle")} lead={t("admin.limitsLead")} query={limits}>
      {(now) => <Form key={`${now.max_clients} ${now.max_active}`} now={now} />}
    </Section>
  );
}

function Form({ now }: { now: Limits }) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [all, setAll] = useState(now.max_clients);
  const [active, setActive] = useState(now.max_active);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      queries.setQueryData(["settings", "limits"], await setLimits({ max_clients: all, max_active: active }));
      showDone(t("admin.saved"));
    } catch (thrown) {
      showProblem(thrown);
    }
    setBusy(false);
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <div className={classes.pair}>
        <Most label={t("admin.limitsAll")} value={all} count={now.clients} onChange={setAll} />
        <Most label={t("admin.limitsActive")} value={active} count={now.active} onChange={setActive} />
      </div>
      <div className={classes.buttons}>
        <Button type="submit" loading={busy} disabled={all === now.max_clients && active === now.max_active}>
          {t("admin.save")}
        </Button>
      </div>
    </form>
  );
}

interface MostProps {
  label: string;
  value: number; // 0: no limit
  count: number; // how many there are
  onChange: (value: number) => void;
}

function Most({ label, value, count, onChange }: MostProps) {
  const { t } = useTexts();
  return (
    <NumberInput
      label={label}
      placeholder={t("admin.limitsNone")}
      description={t("admin.limitsNow", { n: formatNumber(count) })}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={value || ""}
      min={1}
      max={10_000_000}
      allowDecimal={false}
      allowNegative={false}
      onChange={(next) => onChange(Number(next) || 0)}
    />
  );
}
