import type { Display, raw, ScreenOptions } from "../wire";
import { memory } from "../carrier";
import type { Command, Figures, Refusal, Report, State } from "./worker/protocol";

/** What the viewer's parts show of the conversation. It is replaced, never changed. */
export interface Snapshot {
  state: State;
  everLive: boolean;
  displays: Display[];
  shown: number; // id of the display
  figures: Figures | undefined;
  notice: { code: string; text: string; count: number } | undefined;
}

/**
 * Says where the session's screen is now, which may be another session after the
 * first has ended. It fails with what is known of a Refusal.
 */
export type Seek = () => Promise<string>;

/** What changes too often to go through React. */
export interface Motion {
  onCursor(cursor: raw.Cursor): void;
  onPointer(place: raw.Place): void;
}

const START: Snapshot = {
  state: { name: "connecting" },
  everLive: false,
  displays: [],
  shown: -1,
  figures: undefined,
  notice: undefined,
};

const goesOn = (state: State) => state.name === "live" || state.name === "silent";

/**
 * Link is the page's end of the worker: it owns the worker and the canvas,
 * passes commands on, and keeps the newest snapshot. Close ends both.
 */
export class Link {
  readonly canvas = document.createElement("canvas");
  private readonly worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" });
  private readonly listeners = new Set<() => void>();
  private readonly wanting: ((png: Blob) => void)[] = []; // screenshots that were asked for
  private current = START;

  constructor(
    url: string,
    options: ScreenOptions,
    private readonly motion: Motion,
    private readonly seek: Seek,
  ) {
    window.addEventListener("online", this.hurry);
    this.worker.onmessage = (e: MessageEvent<Report>) => this.hear(e.data);
    this.worker.onerror = () => this.fail();
    const canvas = this.canvas.transferControlToOffscreen();
    this.worker.postMessage({ do: "start", canvas, url, options, verdict: memory.verdict } satisfies Command, [canvas]);
  }

  /** The newest snapshot, for useSyncExternalStore. */
  readonly snapshot = (): Snapshot => this.current;

  /** Calls when there is another snapshot; returns what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Sends a whole message to the remote computer. */
  send(bytes: Uint8Array): void {
    this.command({ do: "send", bytes });
  }

  command(c: Command): void {
    this.worker.postMessage(c);
  }

  /** Returns what the canvas shows as a PNG, as soon as it shows something. */
  screenshot(): Promise<Blob> {
    this.command({ do: "screenshot" });
    return new Promise((resolve) => this.wanting.push(resolve));
  }

  /** Shows another display, or all of them. */
  show(display: number): void {
    this.command({ do: "show", display });
    this.change({ shown: display });
  }

  /** A network is there again: then a loss need not be waited out. */
  private readonly hurry = () => this.command({ do: "hurry" });

  /** Ends the conversation. The worker ends itself when it has said so to the other side. */
  close(): void {
    this.listeners.clear();
    window.removeEventListener("online", this.hurry);
    this.worker.onmessage = null;
    this.command({ do: "close" });
    this.canvas.remove();
  }

  private hear(r: Report): void {
    if (r.is === "cursor") this.motion.onCursor(r.cursor);
    else if (r.is === "pointer") this.motion.onPointer(r);
    else if (r.is === "screenshot") this.wanting.shift()?.(r.png);
    else if (r.is === "seek") void this.find();
    else if (r.is === "verdict") memory.verdict = r.verdict;
    else if (r.is === "figures") this.change({ figures: goesOn(this.current.state) ? r.figures : undefined });
    else if (r.is === "displays") this.change({ displays: r.displays, shown: r.shown });
    else if (r.is === "notice") this.change({ notice: { ...r, count: (this.current.notice?.count ?? 0) + 1 } });
    else this.enter(r.state);
  }

  /** What was counted of a conversation that was lost says nothing of the next. */
  private enter(state: State): void {
    const figures = goesOn(state) ? this.current.figures : undefined;
    this.change({ state, everLive: this.current.everLive || state.name === "live", figures });
  }

  private async find(): Promise<void> {
    try {
      this.command({ do: "found", url: await this.seek() });
    } catch (thrown) {
      const { code = "lost", text = "", hint = "" } = thrown as Partial<Refusal>;
      this.command({ do: "refused", refusal: { code, text, hint, final: false } });
    }
  }

  private fail(): void {
    this.change({ state: { name: "ended", code: "viewer_failed", text: "", hint: "", again: false } });
  }

  private change(part: Partial<Snapshot>): void {
    this.current = { ...this.current, ...part };
    for (const listener of this.listeners) listener();
  }
}
