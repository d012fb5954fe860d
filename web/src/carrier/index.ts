import { Channel, type Listener } from "../wire";
import { lanes } from "./lane";
import { type Memory, race, type Verdict } from "./race";
import { openSocket } from "./socket";

export type { Verdict } from "./race";
export type { Way } from "./carrier";

/** So long "failed" holds, in ms: pages stay open for days, and computers move to other networks. */
const HOLDS = 600_000;

/** What this page, or this worker of it, knows of WebTransport. */
export class PageMemory implements Memory {
  /** Told of every change, e.g. so that a worker's page knows what the worker does. */
  onChange: ((verdict: Verdict) => void) | undefined;
  private current: Verdict = "unknown";
  private since = 0;

  get verdict(): Verdict {
    if (this.current === "failed" && Date.now() - this.since > HOLDS) this.current = "unknown";
    return this.current;
  }

  set verdict(verdict: Verdict) {
    if (verdict === this.verdict) return;
    this.current = verdict;
    this.since = Date.now();
    this.onChange?.(verdict);
  }
}

export const memory = new PageMemory();

/** Opens the channel at a url that begins with https; first is the conversation's first message, whole. */
export function connect(url: string, first: Uint8Array, listener: Listener): Channel {
  const track = { socket: openSocket(url), lane: lanes(url), memory };
  return new Channel((hearer) => race(track, hearer), first, listener);
}
