import { useEffect, useRef, useState } from "react";
import { channelURL, type ScreenOptions } from "../wire";
import { displayOf } from "./displays";
import type { Zoom } from "./fit";
import type { Seek } from "./link";
import { keepPreferences, numberOf, type Preferences, readPreferences } from "./preferences";
import { copyPicture, savePicture } from "./screenshot";
import { Figures } from "./ui/Figures";
import { Notice, type Said } from "./ui/Notice";
import { Standing } from "./ui/Standing";
import { Toolbar } from "./ui/Toolbar";
import { TypeText } from "./ui/TypeText";
import { attention, logOut, mayControl, strike, useScreen, useSnapshot } from "./useScreen";
import { useFullScreen } from "./useFullScreen";
import classes from "./Viewer.module.css";

/** What a Viewer needs. */
export interface ViewerProps {
  /** The id of the session to begin with. */
  session: string;
  /** The Jump Client's name, to show and for file names. */
  clientName: string;
  /** Begin without control; the representative may take it if the session allows. */
  viewOnly?: boolean;
  /** Says where to connect after a loss, perhaps to another session; by default where it was. */
  seek?: Seek;
  /** Says a message's code in the reader's language (M1 to M17), or nothing. */
  explain?: (code: string) => string | undefined;
  /** Called when the representative closes the screen, with the code of its end or "closed". */
  onEnd?: (code: string) => void;
}

/** The remote screen of a session, with its pointer and keyboard. It fills its parent. */
export function Viewer({ session, clientName, viewOnly: begin = false, seek, explain, onEnd }: ViewerProps) {
  const root = useRef<HTMLDivElement>(null);
  const refs = {
    view: useRef<HTMLDivElement>(null),
    sheet: useRef<HTMLDivElement>(null),
    pointer: useRef<HTMLImageElement>(null),
    area: useRef<HTMLTextAreaElement>(null),
  };
  const [preferences, setPreferences] = useState(readPreferences);
  const [scale, setScale] = useState(1);
  const [wantsView, setWantsView] = useState(begin);
  const [typing, setTyping] = useState(false);
  const [onGlass, setOnGlass] = useState(false);
  const [said, setSaid] = useState<Said>();
  const hidden = useHidden();

  const prefer = (change: Partial<Preferences>) =>
    setPreferences((before) => {
      const changed = { ...before, ...change };
      keepPreferences(changed);
      return changed;
    });
  const onZoom = (zoom: Zoom, shown: number) => {
    setScale(shown);
    prefer({ zoom });
  };
  const url = channelURL(session, "screen");
  const options = (viewOnly: boolean): ScreenOptions => {
    return { quality: numberOf(preferences.quality), viewOnly, paused: hidden };
  };
  const { screen, muted } = useScreen({
    url,
    refs,
    options: options(begin),
    zoom: preferences.zoom,
    onZoom,
    seek: seek ?? (async () => url),
  });
  const snapshot = useSnapshot(screen);
  const [fullScreen, toggleFullScreen] = useFullScreen(root);

  const control = mayControl(snapshot);
  const viewOnly = wantsView || !control;
  const display = displayOf(snapshot.displays, snapshot.shown);
  const live = snapshot.state.name === "live";
  muted.current = viewOnly;

  useEffect(() => screen?.stage.set(display, viewOnly), [screen, display, viewOnly]);
  useEffect(() => {
    const quality = numberOf(preferences.quality);
    screen?.link.command({ do: "options", options: { quality, viewOnly, paused: hidden } });
  }, [screen, preferences.quality, viewOnly, hidden]);
  useEffect(() => {
    if (live) screen?.input.focus();
    else screen?.input.release();
  }, [screen, live]);

  const then = (act: () => void) => () => {
    act();
    screen?.input.focus();
  };
  const say = (code: string) => setSaid((before) => ({ code, text: "", count: (before?.count ?? 0) + 1 }));
  const copy = () =>
    screen &&
    copyPicture(screen.link.screenshot()).then(
      () => say("copied"),
      () => say("not_copied"),
    );
  const toggleGlass = () => {
    screen?.input.onGlass(!onGlass);
    setOnGlass(!onGlass);
  };

  return (
    <div ref={root} className={classes.viewer} data-pinned={(preferences.pinned && !fullScreen) || undefined}>
      <div className={classes.dock} data-open={preferences.pinned || undefined}>
        <Toolbar
          preferences={preferences}
          onPreferences={(change) => then(() => prefer(change))()}
          displays={snapshot.displays}
          shown={snapshot.shown}
          onShow={(d) => then(() => screen?.link.show(d))()}
          scale={scale}
          onZoom={(zoom) => then(() => screen?.stage.zoomAtMiddle(zoom))()}
          onZoomStep={(direction) => then(() => screen?.stage.stepZoom(direction))()}
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
          onGlass={onGlass}
          onOnGlass={toggleGlass}
          onSave={then(() => screen && void screen.link.screenshot().then((png) => savePicture(png, clientName)))}
          onCopy={then(() => void copy())}
          onLeave={onEnd && (() => onEnd("closed"))}
        />
        <div className={classes.handle} />
      </div>
      <div className={classes.room}>
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
        <Notice notice={snapshot.notice} />
        <Notice notice={said} />
        {preferences.figures && <Figures values={snapshot.figures} />}
      </div>
      <TypeText opened={typing} onClose={() => setTyping(false)} onType={(text) => screen?.sink.text(text)} />
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
