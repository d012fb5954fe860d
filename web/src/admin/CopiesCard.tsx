import { Button } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerAlarm } from "../api/calls";
import type { Alarm, AlarmAnswer, Copy } from "../api/types";
import { formatAgo, formatDate } from "../i18n/format";
import { useTexts } from "../i18n/useTexts";
import { Confirm } from "../ui/Confirm";
import { showDone, showProblem } from "../ui/problems";
import classes from "./Alarms.module.css";

/** Asks which of several computers that show one key is the Jump Client (design section 4). */
export function CopiesCard({ alarm }: { alarm: Alarm }) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState<Copy>();
  const { client } = alarm;
  const answer = async (word: AlarmAnswer, copy?: Copy) => {
    setBusy(true);
    try {
      await answerAlarm(alarm.id, word, copy?.number);
      showDone(t("admin.answered"));
    } catch (thrown) {
      showProblem(thrown);
    }
    setBusy(false);
    setRemoving(undefined);
    await queries.invalidateQueries({ queryKey: ["alarms"] });
  };
  return (
    <article className={classes.alarm}>
      <IconCopy size={20} stroke={1.7} aria-hidden="true" />
      <div>
        <h2>{client ? t("admin.copiedTitle", { name: client.name }) : t("admin.copiedTitleGone")}</h2>
        <p>{t("admin.copiedText")}</p>
        <ul className={classes.copies}>
          {client?.copies?.map((copy) => (
            <Row
              key={copy.number}
              copy={copy}
              busy={busy}
              onStays={() => void answer("stays", copy)}
              onRemove={() => setRemoving(copy)}
            />
          ))}
        </ul>
        <time dateTime={alarm.at} title={formatDate(alarm.at)}>
          {formatAgo(alarm.at)}
        </time>
        <div className={classes.buttons}>
          <Button
            variant="default"
            loading={busy}
            title={t("admin.copiedOneHint")}
            onClick={() => void answer("one_machine")}
          >
            {t("admin.copiedOne")}
          </Button>
        </div>
      </div>
      {removing && (
        <Confirm
          title={t("admin.copiedConfirm", { address: removing.address })}
          text={t("admin.copiedConfirmText")}
          submit={t("admin.copiedRemove")}
          busy={busy}
          onClose={() => setRemoving(undefined)}
          onSubmit={() => void answer("remove", removing)}
        />
      )}
    </article>
  );
}

interface RowProps {
  copy: Copy;
  busy: boolean;
  onStays: () => void;
  onRemove: () => void;
}

/** One of the computers, and what can be said of it. */
function Row({ copy, busy, onStays, onRemove }: RowProps) {
  const { t } = useTexts();
  const state = copy.connected ? t("admin.copiedConnected") : t("admin.copiedAway", { time: formatAgo(copy.seen_at) });
  return (
    <li aria-label={`${copy.address} ${copy.number}`}>
      <div>
        <b>{copy.address}</b> <bdi>{copy.hostname}</bdi>
        <small>
          {t("admin.copiedSince", { time: formatDate(copy.since) })}, {state}
        </small>
      </div>
      <Button size="xs" disabled={busy} onClick={onStays}>
        {t("admin.copiedStays")}
      </Button>
      <Button size="xs" color="red" variant="outline" disabled={busy} onClick={onRemove}>
        {t("admin.copiedRemove")}
      </Button>
    </li>
  );
}
