import type { Verdict, Way } from "../../carrier";
import type { Display, raw, ScreenOptions } from "../../wire";

/** Why there is no session to connect to. */
export interface Refusal {
  code: string;
  text: string;
  hint: string;
  final: boolean; // trying again cannot help
}

/** What the page tells its worker. */
export type Command =
  | { do: "start"; canvas: OffscreenCanvas; url: string; options: ScreenOptions; verdict: Verdict }
  | { do: "connect" } // again, after a loss or an end
  | { do: "hurry" } // if another try is due later, try now
  | { do: "found"; url: string } // the answer to seek, or
  | { do: "refused"; refusal: Refusal }
  | { do: "send"; bytes: Uint8Array } // a whole message
  | { do: "options"; options: ScreenOptions }
  | { do: "show"; display: number }
  | { do: "screenshot" }
  | { do: "close" };

/** What the worker tells its page. */
export type Report =
  | { is: "state"; state: State }
  | { is: "verdict"; verdict: Verdict } // on WebTransport, for the page's next worker
  | { is: "seek" } // where is the session now?
  | { is: "displays"; displays: Display[]; shown: number }
  | { is: "cursor"; cursor: raw.Cursor }
  | { is: "pointer"; x: number; y: number }
  | { is: "notice"; code: string; text: string }
  | { is: "figures"; figures: Figures }
  | { is: "screenshot"; png: Blob };

/**
 * Where a conversation stands.
 *
 *	connecting -> live <-> silent (6 s without a byte)
 *	     |          |         |
 *	     v          v         v
 *	  ended <--- waiting (to try again) -> connecting
 */
export type State =
  | { name: "connecting" }
  | { name: "live"; rights: number }
  | { name: "silent"; rights: number }
  | { name: "waiting"; code: string }
  | { name: "ended"; code: string; text: string; hint: string; again: boolean };

/** The figures of the last second; where nothing happened in it, the last there were. */
export interface Figures {
  roundTrip: number | undefined; // ms; undefined: not known yet
  frames: number; // in a second
  bytes: number; // in a second
  total: number; // bytes since the beginning
  decode: number | undefined; // ms a frame, from its last byte to its pixels
  draw: number | undefined; // ms a frame, to the canvas; a browser whose clock has whole milliseconds may say 0
  film: string; // the codec of a film in the last second, or nothing
  way: Way | undefined; // what carries the conversation
  exact: boolean; // every pixel shown is that of the screen
}
