import type { ScreenOptions } from "../wire";
import type { Zoom } from "./fit";

/** How good the first pass of photographs is; all of it becomes exact at rest. */
export type Quality = "exact" | "balanced" | "fast";

/** The protocol's number of each quality; 0 means lossless from the beginning. */
const NUMBERS: Record<Quality, ScreenOptions["quality"]> = { exact: 0, balanced: 75, fast: 40 };

/** What a representative likes, kept in this browser. */
export interface Preferences {
  zoom: Zoom;
  quality: Quality;
  figures: boolean; // the line of statistics
  pinned: boolean; // the toolbar stays open
}

const KEY = "jump.viewer";
const DEFAULTS: Preferences = { zoom: "fit", quality: "balanced", figures: false, pinned: true };

export function numberOf(quality: Quality): number {
  return NUMBERS[quality];
}

/** Reads what was kept, as far as it makes sense. */
export function readPreferences(store: Pick<Storage, "getItem"> = localStorage): Preferences {
  try {
    const kept = JSON.parse(store.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return {
      zoom: typeof kept.zoom === "number" && kept.zoom >= 0.1 && kept.zoom <= 8 ? kept.zoom : "fit",
      quality: kept.quality && kept.quality in NUMBERS ? kept.quality : DEFAULTS.quality,
      figures: kept.figures === true,
      pinned: kept.pinned !== false,
    };
  } catch {
    return DEFAULTS;
  }
}

/** Keeps preferences; where the browser refuses they last as long as the page. */
export function keepPreferences(p: Preferences, store: Pick<Storage, "setItem"> = localStorage): void {
  try {
    store.setItem(KEY, JSON.stringify(p));
  } catch {
    // a private window, or a full store: nothing that anybody must be told
  }
}
