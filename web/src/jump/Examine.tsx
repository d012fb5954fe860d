import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconStethoscope } from "@tabler/icons-react";
import { useState } from "react";
import { examineClient } from "../api/calls";
import type { Client, Examination, Finding } from "../api/types";
import { useTexts } from "../i18n/useTexts";
import { showProblem } from "../ui/problems";
import classes from "./Examine.module.css";

/** Has a client look at itself and its ways to the site, and shows what it says: its own words, in English. */
export function Examine({ client }: { client: Client }) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Examination>();
  const look = async () => {
    setBusy(true);
    try {
      setFound(await examineClient(client.id));
    } catch (thrown) {
      showProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={classes.section} aria-label={t("examine.title")} aria-busy={busy}>
      <h3>{t("examine.title")}</h3>
      {found && (
        <ul className={classes.list} lang="en">
          {found.findings.map((finding) => (
            <Line key={finding.check} finding={finding} />
          ))}
        </ul>
      )}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconStethoscope size={15} stroke={1.7} />}
        loading={busy}
        onClick={() => void look()}
      >
        {found ? t("examine.again") : t("examine.submit")}
      </Button>
      <p className={classes.hint}>{busy ? t("examine.busy") : t("examine.hint")}</p>
    </section>
  );
}

function Line({ finding }: { finding: Finding }) {
  return (
    <li className={classes.line} data-level={finding.level}>
      <Mark level={finding.level} />
      <div>
        <bdi>{finding.text}</bdi>
        {finding.hint && (
          <small>
            <bdi>{finding.hint}</bdi>
          </small>
        )}
      </div>
    </li>
  );
}

function Mark({ level }: { level: string }) {
  const { t } = useTexts();
  if (level === "ok") return <IconCircleCheck size={15} stroke={1.8} aria-label={t("examine.ok")} />;
  if (level === "wrong") return <IconAlertTriangle size={15} stroke={1.8} aria-label={t("examine.wrong")} />;
  return <IconInfoCircle size={15} stroke={1.8} aria-label={t("examine.note")} />;
}
