import { Button, Loader } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useRef, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { useLocation, useSearchParams } from "wouter";
import { endSession, getSession } from "../api/calls";
import { asProblem, Problem } from "../api/problem";
import type { Session } from "../api/types";
import { addTexts, messageFor } from "../i18n";
import { Blank } from "../ui/Blank";
import { Failure } from "../ui/Failure";
import { describe, showProblem } from "../ui/problems";
import { useTitle } from "../ui/useTitle";
import { channelURL } from "../wire";
import { revive } from "./revive";
import { SessionBar } from "./SessionBar";
import classes from "./SessionPage.module.css";
import { firstView, type View, views } from "./views";

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
  const seek = useSeek(session);
  const choose = (next: View) => {
    setView(next);
    setEnd(undefined);
  };
  const reopen = () => {
    setAttempt((before) => before + 1);
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
            onBack={() => void leave()}
            onAgain={() => seek().then(reopen, (thrown) => showProblem(thrown, session.client_name))}
          />
        ) : view ? (
          <Suspense fallback={<Waiting text={t("session.opening")} />}>
            <Stage
              key={`${view}-${attempt}`}
              session={session}
              view={view}
              seek={seek}
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

/**
 * Returns what finds the session that goes on after a loss. If that is another one,
 * it takes the place of the first in this page and its address, and what is shown stays.
 */
function useSeek(session: Session): () => Promise<Session> {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const latest = useRef(session);
  latest.current = session;
  return async () => {
    const { id } = latest.current;
    const found = await revive(latest.current);
    if (found.id !== id && latest.current.id === id) {
      queries.setQueryData(["session", found.id], found);
      go(`/session/${found.id}${location.search}`, { replace: true });
    }
    return found;
  };
}

interface StageProps {
  session: Session;
  view: View;
  seek: () => Promise<Session>;
  onEnd: (code: string) => void; // it ended by itself
  onClose: () => void; // the representative has seen enough
}

const explain = (code: string) => messageFor(code)?.text;

function Stage({ session, view, seek, onEnd, onClose }: StageProps) {
  if (view === "shell")
    return (
      <Terminal
        session={session.id}
        clientName={session.client_name}
        seek={async () => (await seek()).id}
        onEnd={onEnd}
      />
    );
  return (
    <Viewer
      session={session.id}
      clientName={session.client_name}
      viewOnly={session.view_only}
      seek={async () => channelURL((await seek().catch(refuse)).id, "screen")}
      explain={explain}
      onEnd={onClose}
    />
  );
}

/** Turns a problem into what the viewer knows. */
function refuse(thrown: unknown): never {
  const { code, detail: text, hint } = asProblem(thrown);
  throw { code, text, hint };
}

interface EndedProps {
  code: string;
  onBack: () => void;
  onAgain?: () => Promise<void>; // goes on, in this session or another
}

/** What is left of a session: why it ended, and the ways on. */
function Ended({ code, onBack, onAgain }: EndedProps) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const over = code === "session_ended" || code === "closed";
  const { text, hint } = describe(new Problem(code === "lost" ? "unreachable" : code, 0));
  const again = () => {
    setBusy(true);
    void onAgain?.().finally(() => setBusy(false));
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
          {onAgain && (
            <Button loading={busy} onClick={again}>
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
