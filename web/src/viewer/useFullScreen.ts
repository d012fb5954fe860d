import { type RefObject, useEffect, useState } from "react";

/** Chromium's Keyboard Lock: in full screen even Alt+Tab and Esc reach the page. */
interface LockingNavigator {
  keyboard?: { lock?: () => Promise<void>; unlock?: () => void };
}

/** What the Fullscreen standard says of the same, and Firefox follows: there Esc leaves when it is held. */
interface LockingOptions extends FullscreenOptions {
  keyboardLock: "browser" | "none";
}

const options: LockingOptions = { navigationUI: "hide", keyboardLock: "browser" };

/** Returns whether an element is shown full screen, and what changes that. */
export function useFullScreen(element: RefObject<HTMLElement | null>): [boolean, () => void] {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const changed = () => {
      const now = document.fullscreenElement !== null && document.fullscreenElement === element.current;
      setOn(now);
      const { keyboard } = navigator as LockingNavigator;
      if (now)
        keyboard?.lock?.().catch(() => {}); // refused: then the browser keeps its own keys
      else keyboard?.unlock?.();
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [element]);
  const toggle = () => {
    const change = on ? document.exitFullscreen() : element.current?.requestFullscreen(options);
    change?.catch(() => {}); // refused: the button stays as it was
  };
  return [on, toggle];
}
