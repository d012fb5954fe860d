import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { answerAlarm } from "../api/calls";
import type { Alarm } from "../api/types";
import { asProblem } from "../api/problem";
import { formatAgo, formatDate } from "../i18n/format";
import { Blank } from "../ui/Blank";
import { Failure } from "../ui/Failure";
import { showDone, showProblem } from "../ui/problems";
import { useTitle } from "../ui/useTitle";
import classes from "./Alarms.module.css";
import { wordsOf } from "./alarms";
import { CopiesCard } from "./CopiesCard";
import { Confirm } from "../ui/Confirm";
import pages from "./Page.module.css";
import { useAlarms } from "./useAlarms";

/** What the site does not do without an administrator's word (design section 7). */
export function AlarmsPage() {
  const { t } = useTexts();
  useTitle(t("admin.alarms"));
  const alarms = useAlarms();
  return (
    <div className={pages.page}>
      <header className={pages.top}>
        <div>
          <h1>{t("admin.alarms")}</h1>
          <p>{t("admin.alarmsLead")}</p>
        </div>
      </header>
      {alarms.data?.map((alarm) =>
        alarm.kind === "copied_client" ? (
          <CopiesCard key={alarm.id} alarm={alarm} />
        ) : (
          <Card key={alarm.id} alarm={alarm} />
        ),
      )}
      {alarms.data?.length === 0 && (
        <Blank icon={<IconCircleCheck size={22} stroke={1.6} />} title={t("admin.alarmsNone")}>
          {t("admin.alarmsNoneText")}
        </Blank>
      )}
      {alarms.error && !alarms.data && (
        <Failure
          problem={asProblem(alarms.error)}
          title={t("admin.alarmsFailed")}
          onRetry={() => void alarms.refetch()}
        />
      )}
    </div>
  );
}

function Card({ alarm }: { alarm: Alarm }) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [busy, setBusy] = useState<"proceed" | "dismiss">();
  const [asked, setAsked] = useState(false);
  const words = wordsOf(alarm, t);
  const answer = async (word: "proceed" | "dismiss") => {
    setBusy(word);
    try {
      await answerAlarm(alarm.id, word);
      showDone(t("admin.answered"));
    } catch (thrown) {
      showProblem(thrown);
    }
    setBusy(undefined);
    setAsked(false);
    await queries.invalidateQueries({ queryKey: ["alarms"] });
  };
  return (
    <article className={classes.alarm}>
      <IconAlertTriangle size={20} stroke={1.7} aria-hidden="true" />
      <div>
        <h2>{words.title}</h2>
        <p>{words.text}</p>
        <time dateTime={alarm.at} title={formatDate(alarm.at)}>
          {formatAgo(alarm.at)}
        </time>
        <div className={classes.buttons}>
          <Button variant="default" loading={busy === "dismiss"} onClick={() => void answer("dismiss")}>
            {words.dismiss}
          </Button>
          <Button
            color={words.confirm ? "red" : undefined}
            variant={words.confirm ? "outline" : undefined}
            loading={busy === "proceed"}
            onClick={() => (words.confirm ? setAsked(true) : void answer("proceed"))}
          >
            {words.proceed}
          </Button>
        </div>
      </div>
      {asked && words.confirm && (
        <Confirm
          {...words.confirm}
          submit={words.proceed}
          busy={busy === "proceed"}
          onClose={() => setAsked(false)}
          onSubmit={() => void answer("proceed")}
        />
      )}
    </article>
  );
}
