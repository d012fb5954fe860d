import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { channelURL, type ScreenOptions } from "../wire";
import { keepPreferences, numberOf, type Preferences, readPreferences } from "./preferences";
import { Figures } from "./ui/Figures";
import { Standing } from "./ui/Standing";
import { Toolbar } from "./ui/Toolbar";
import { TypeText } from "./ui/TypeText";
import { attention, logOut, mayControl, strike, useScreen, useSnapshot } from "./useScreen";
import { useFullScreen } from "./useFullScreen";
import classes from "./Viewer.module.css";

/** What a Viewer needs. */
export interface ViewerProps {
  /** The session's id. */
  session: string;
  /** The Jump Client's name, to show and for file names. */
  clientName: string;
  /** Begin without control; the representative may take it if the session allows. */
  viewOnly?: boolean;
  /** The channel's address; by default the session's at the site that served the page. */
  url?: string;
  /** Says a message's code in the reader's language (M1 to M17), or nothing. */
  explain?: (code: string) => string | undefined;
  /** Called when the representative closes the screen, with the code of its end or "closed". */
  onEnd?: (code: string) => void;
}

/** The remote screen of a session, with its pointer and keyboard. It fills its parent. */
export function Viewer({ session, clientName, viewOnly: begin = false, url, explain, onEnd }: ViewerProps) {
  const { t } = useTranslation("viewer");
  const root = useRef<HTMLDivElement>(null);
  const refs = {
    view: useRef<HTMLDivElement>(null),
    sheet: useRef<HTMLDivElement>(null),
    pointer: useRef<HTMLImageElement>(null),
    area: useRef<HTMLTextAreaElement>(null),
  };
  const [preferences, setPreferences] = useState(readPreferences);
  const [wantsView, setWantsView] = useState(begin);
  const [typing, setTyping] = useState(false);
  const hidden = useHidden();
  const options = (viewOnly: boolean): ScreenOptions => ({
    quality: numberOf(preferences.quality),
    viewOnly,
    paused: hidden,
  });
  const save = useCallback((png: Blob) => download(png, clientName), [clientName]);
  const { screen, muted } = useScreen(url ?? channelURL(session, "screen"), refs, options(begin), save);
  const snapshot = useSnapshot(screen);
  const [fullScreen, toggleFullScreen] = useFullScreen(root);

  const control = mayControl(snapshot);
  const viewOnly = wantsView || !control;
  const display = snapshot.displays.find((d) => d.id === snapshot.shown);
  const live = snapshot.state.name === "live";
  muted.current = viewOnly;

  useEffect(
    () => screen?.stage.set(display, preferences.zoom, viewOnly),
    [screen, display, preferences.zoom, viewOnly],
  );
  useEffect(() => {
    const quality = numberOf(preferences.quality);
    screen?.link.command({ do: "options", options: { quality, viewOnly, paused: hidden } });
  }, [screen, preferences.quality, viewOnly, hidden]);
  useEffect(() => {
    if (live) screen?.input.focus();
    else screen?.input.release();
  }, [screen, live]);

  const prefer = (change: Partial<Preferences>) => {
    const changed = { ...preferences, ...change };
    setPreferences(changed);
    keepPreferences(changed);
    screen?.input.focus();
  };
  const then = (act: () => void) => () => {
    act();
    screen?.input.focus();
  };

  return (
    <div ref={root} className={classes.viewer} data-pinned={(preferences.pinned && !fullScreen) || undefined}>
      <div ref={refs.view} className={classes.view}>
        <div ref={refs.sheet} className={classes.sheet} hidden data-old={!live || undefined}>
          <img ref={refs.pointer} className={classes.pointer} alt="" hidden draggable={false} />
        </div>
      </div>
      <textarea
        ref={refs.area}
        className={classes.area}
        aria-label={clientName}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
      />
      <Standing
        snapshot={snapshot}
        clientName={clientName}
        explain={explain}
        onReconnect={() => screen?.link.command({ do: "connect" })}
        onClose={onEnd}
      />
      <div className={classes.dock} data-open={preferences.pinned || undefined}>
        <Toolbar
          preferences={preferences}
          onPreferences={prefer}
          displays={snapshot.displays}
          shown={snapshot.shown}
          onShow={(d) => then(() => screen?.link.show(d))()}
          live={live}
          fullScreen={fullScreen}
          onFullScreen={then(toggleFullScreen)}
          viewOnly={viewOnly}
          mayControl={control}
          onViewOnly={then(() => setWantsView(!wantsView))}
          onAttention={then(() => screen && attention(screen.link))}
          onLogOut={then(() => screen && logOut(screen.link))}
          onKeys={(keysyms) => then(() => screen && strike(screen.sink, keysyms))()}
          onTypeText={() => setTyping(true)}
          onScreenshot={then(() => screen?.link.command({ do: "screenshot" }))}
          onLeave={onEnd && (() => onEnd("closed"))}
        />
        <div className={classes.handle} />
      </div>
      <Notice key={snapshot.notice?.count} notice={snapshot.notice} say={(code) => t(`notice.${code}`, "")} />
      {preferences.figures && <Figures values={snapshot.figures} />}
      <TypeText opened={typing} onClose={() => setTyping(false)} onType={(text) => screen?.sink.text(text)} />
    </div>
  );
}

/** A sentence of the agent, for a while. */
function Notice({ notice, say }: { notice: { code: string; text: string } | undefined; say(code: string): string }) {
  if (!notice) return null;
  return (
    <div className={classes.notice} role="status">
      {say(notice.code) || notice.text}
    </div>
  );
}

/** Reports whether the page is hidden: then no pictures are wanted. */
function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const changed = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, []);
  return hidden;
}

function download(png: Blob, clientName: string): void {
  const link = document.createElement("a");
  const stamp = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
  link.href = URL.createObjectURL(png);
  link.download = `${clientName} ${stamp}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
