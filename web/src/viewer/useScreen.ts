import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { message, Right, type raw, type ScreenOptions, Type } from "../wire";
import type { Zoom } from "./fit";
import { Input } from "./input/input";
import { systemOf } from "./input/keyboard";
import { messages, type Sink } from "./input/sink";
import { Link, type Seek, type Snapshot } from "./link";
import { Stage } from "./stage";

/** The elements that a screen needs. */
export interface Refs {
  view: RefObject<HTMLDivElement | null>;
  sheet: RefObject<HTMLDivElement | null>;
  pointer: RefObject<HTMLImageElement | null>;
  area: RefObject<HTMLTextAreaElement | null>;
}

/** A screen while it is shown. */
export interface Screen {
  link: Link;
  stage: Stage;
  input: Input;
  sink: Sink;
}

/** What a screen begins with, and what it calls. */
export interface Show {
  url: string;
  refs: Refs;
  options: ScreenOptions;
  zoom: Zoom;
  onZoom(zoom: Zoom, scale: number): void;
  seek: Seek;
}

/** Shows the screen at the first url in the elements for as long as the component lives. */
export function useScreen(show: Show) {
  const [screen, setScreen] = useState<Screen>();
  const first = useRef(show);
  const latest = useRef(show);
  latest.current = show;
  const muted = useRef(show.options.viewOnly);

  useEffect(() => {
    const { url, refs, options, zoom } = first.current;
    const [view, sheet, pointer, area] = [
      refs.view.current,
      refs.sheet.current,
      refs.pointer.current,
      refs.area.current,
    ];
    if (!view || !sheet || !pointer || !area) return;
    const stage = new Stage({ view, sheet, pointer }, zoom, (z, scale) => latest.current.onZoom(z, scale));
    const motion = {
      onCursor: (c: raw.Cursor) => stage.onCursor(c),
      onPointer: (p: raw.Place) => stage.onPointer(p),
    };
    const link = new Link(url, options, motion, () => latest.current.seek());
    sheet.prepend(link.canvas);
    const sink = messages(
      (bytes) => link.send(bytes),
      () => muted.current,
    );
    const surface = { stage: sheet, area, placeOf: stage.placeOf, lens: stage, muted: () => muted.current };
    const input = new Input(surface, sink, systemOf(navigator.platform));
    setScreen({ link, stage, input, sink });
    return () => {
      input.close();
      stage.close();
      link.close();
    };
  }, []);

  return { screen, muted };
}

const NOTHING: Snapshot = {
  state: { name: "connecting" },
  everLive: false,
  displays: [],
  shown: -1,
  figures: undefined,
  notice: undefined,
};
const never = () => () => {};
const nothing = () => NOTHING;

/** Returns the newest snapshot of a screen, again and again. */
export function useSnapshot(screen: Screen | undefined): Snapshot {
  return useSyncExternalStore(screen?.link.subscribe ?? never, screen?.link.snapshot ?? nothing);
}

/** Reports whether this representative may use pointer and keyboard. */
export function mayControl(s: Snapshot): boolean {
  return s.state.name !== "live" || (s.state.rights & Right.Control) !== 0;
}

/** Presses keys together and lets go of them in the opposite order. */
export function strike(sink: Sink, keysyms: readonly number[]): void {
  for (const keysym of keysyms) sink.key(true, keysym, 0);
  for (const keysym of keysyms.toReversed()) sink.key(false, keysym, 0);
}

/** Asks the remote computer for Ctrl+Alt+Del, which no browser lets through. */
export function attention(link: Link): void {
  link.send(message(Type.Attention));
}

/** Ends the session of the user at the remote screen; the sign-in screen follows. */
export function logOut(link: Link): void {
  link.send(message(Type.LogOut));
}
