import { Button, Loader } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { useLocation, useSearchParams } from "wouter";
import { endSession, getSession, startSession } from "../api/calls";
import { asProblem, Problem } from "../api/problem";
import type { Session } from "../api/types";
import { useLive } from "../app/live";
import { addTexts, messageFor } from "../i18n";
import { Blank } from "../ui/Blank";
import { Failure } from "../ui/Failure";
import { describe, showProblem } from "../ui/problems";
import { useTitle } from "../ui/useTitle";
import { firstView, type View, views } from "./views";
import { SessionBar } from "./SessionBar";
import classes from "./SessionPage.module.css";

const Viewer = lazy(async () => {
  const { Viewer, viewerStrings } = await import("../viewer");
  addTexts("viewer", viewerStrings);
  return { default: Viewer };
});
const Terminal = lazy(() => import("./Terminal"));

/** A session with one client: its screen or a terminal, under a bar. */
export default function SessionPage({ id }: { id: string }) {
  const { t } = useTexts();
  const [, go] = useLocation();
  const session = useQuery({
    queryKey: ["session", id],
    queryFn: () => getSession(id),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  useTitle(session.data?.client_name);
  if (session.data) return <Running session={session.data} />;
  if (session.error) {
    const problem = asProblem(session.error);
    return problem.code === "session_ended" || problem.code === "not_found" ? (
      <Ended code="session_ended" onBack={() => go("/")} />
    ) : (
      <Failure problem={problem} onRetry={() => void session.refetch()} />
    );
  }
  return <Waiting text={t("session.loading")} />;
}

/** How a view ended, to be said in its place. */
interface End {
  code: string;
}

function Running({ session }: { session: Session }) {
  const { t } = useTexts();
  const [, go] = useLocation();
  const [params] = useSearchParams();
  const offered = views(session);
  const [view, setView] = useState<View | undefined>(() => firstView(offered, params.get("channel")));
  const [end, setEnd] = useState<End>();
  const [attempt, setAttempt] = useState(0);
  useLive((event) => {
    if (event.type === "session" && event.id === session.id && event.state === "ended")
      setEnd({ code: "session_ended" });
  });
  const choose = (next: View) => {
    setView(next);
    setEnd(undefined);
  };
  const leave = async () => {
    go("/");
    await endSession(session.id).catch((thrown) => asProblem(thrown).code === "session_ended" || showProblem(thrown));
  };
  return (
    <div className={classes.page}>
      <SessionBar
        session={session}
        offered={offered}
        view={view}
        ended={end !== undefined}
        onView={choose}
        onLeave={() => void leave()}
      />
      <main className={classes.stage}>
        {end ? (
          <Ended
            code={end.code}
            session={session}
            onBack={() => void leave()}
            onReopen={() => {
              setAttempt(attempt + 1);
              setEnd(undefined);
            }}
          />
        ) : view ? (
          <Suspense fallback={<Waiting text={t("session.opening")} />}>
            <Stage
              key={`${view}-${attempt}`}
              session={session}
              view={view}
              onEnd={(code) => setEnd({ code })}
              onClose={() => void leave()}
            />
          </Suspense>
        ) : (
          <Blank icon={<IconPlugConnectedX size={22} stroke={1.6} />} title={t("session.noChannel")} />
        )}
      </main>
    </div>
  );
}

interface StageProps {
  session: Session;
  view: View;
  onEnd: (code: string) => void; // it ended by itself
  onClose: () => void; // the representative has seen enough
}

const explain = (code: string) => messageFor(code)?.text;

function Stage({ session, view, onEnd, onClose }: StageProps) {
  if (view === "shell") return <Terminal session={session.id} clientName={session.client_name} onEnd={onEnd} />;
  return (
    <Viewer
      session={session.id}
      clientName={session.client_name}
      viewOnly={session.view_only}
      explain={explain}
      onEnd={onClose}
    />
  );
}

interface EndedProps {
  code: string;
  session?: Session;
  onBack: () => void;
  onReopen?: () => void;
}

/** What is left of a session: why it ended, and the ways on. */
function Ended({ code, session, onBack, onReopen }: EndedProps) {
  const { t } = useTexts();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const over = code === "session_ended" || code === "closed";
  const { text, hint } = describe(new Problem(code === "lost" ? "unreachable" : code, 0));
  const again = async () => {
    if (!session) return;
    setBusy(true);
    try {
      go(`/session/${(await startSession(session.client_id)).id}`, { replace: true });
    } catch (thrown) {
      showProblem(thrown, session.client_name);
      setBusy(false);
    }
  };
  return (
    <Blank
      icon={<IconPlugConnectedX size={22} stroke={1.6} />}
      title={over ? t("session.endedTitle") : text}
      action={
        <div className={classes.ways}>
          <Button variant="default" onClick={onBack}>
            {t("session.back")}
          </Button>
          {session && (
            <Button loading={busy} onClick={() => (over ? void again() : onReopen?.())}>
              {over ? t("session.again") : t("session.reopen")}
            </Button>
          )}
        </div>
      }
    >
      {over ? t("session.endedText") : hint}
    </Blank>
  );
}

function Waiting({ text }: { text: string }) {
  return (
    <div className={classes.waiting} role="status">
      <Loader size={20} />
      {text}
    </div>
  );
}
