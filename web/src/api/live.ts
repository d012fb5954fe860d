import { address, announceSignedOut } from "./http";
import { EventParser, type Message } from "./sse";
import type { Client, Counts } from "./types";

/** What the site tells without being asked. "resync" means: what you know may be old, ask again. */
export type LiveEvent =
  | { type: "client"; client: Client }
  | { type: "client_removed"; id: string }
  | { type: "counts"; counts: Counts }
  | { type: "session"; id: string; client: string; state: string }
  | { type: "alarm" }
  | { type: "resync" };

/** "connecting" until the first answer, then "live", and "lost" while it is being sought again. */
export type LiveState = "connecting" | "live" | "lost";

const silence = 40_000; // ms: the site says something every 15 s
const firstPause = 500; // ms
const longestPause = 15_000; // ms

/** Turns a message into an event, or undefined for one that this console does not know. */
export function parseEvent({ event, data }: Message): LiveEvent | undefined {
  const body = JSON.parse(data);
  switch (event) {
    case "client":
      return { type: "client", client: body };
    case "client_removed":
      return { type: "client_removed", id: body.id };
    case "counts":
      return { type: "counts", counts: body };
    case "session":
      return { type: "session", id: body.id, client: body.client_id, state: body.state };
    case "alarm":
      return { type: "alarm" };
    case "resync":
      return { type: "resync" };
  }
  return undefined;
}

/** How long to wait before try n (0, 1, …): a random part of a bound that doubles. */
export function pause(n: number, random = Math.random): number {
  const bound = Math.min(longestPause, firstPause * 2 ** n);
  return bound / 2 + (random() * bound) / 2;
}

/**
 * One lasting connection for the site's events. It is sought again for ever
 * after it was lost, and every connection but the first begins with a "resync",
 * because nothing is known of the time between.
 */
export class Live {
  private stop = new AbortController();
  private tries = 0;
  private before = false;

  constructor(
    private readonly onEvent: (event: LiveEvent) => void,
    private readonly onState: (state: LiveState) => void,
  ) {
    void this.run();
  }

  close(): void {
    this.stop.abort();
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const known = await this.connect().catch(() => true);
      if (this.stop.signal.aborted || !known) return;
      this.onState("lost");
      await this.wait(pause(this.tries++));
    }
  }

  /** Holds one connection until it ends. False: nobody is signed in, so there is nothing to wait for. */
  private async connect(): Promise<boolean> {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    this.stop.signal.addEventListener("abort", abort);
    let watchdog = setTimeout(abort, silence);
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(abort, silence);
    };
    try {
      const answer = await fetch(address("/events"), {
        signal: attempt.signal,
        headers: { Accept: "text/event-stream" },
      });
      if (answer.status === 401) {
        announceSignedOut();
        return false;
      }
      if (!answer.ok || !answer.body) return true;
      this.begin();
      await this.read(answer.body, heard);
      return true;
    } finally {
      clearTimeout(watchdog);
      this.stop.signal.removeEventListener("abort", abort);
      attempt.abort();
    }
  }

  private begin(): void {
    this.tries = 0;
    this.onState("live");
    if (this.before) this.onEvent({ type: "resync" });
    this.before = true;
  }

  private async read(body: ReadableStream<Uint8Array>, heard: () => void): Promise<void> {
    const parser = new EventParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      for (const message of parser.push(decoder.decode(value, { stream: true }))) {
        const event = parseEvent(message);
        if (event) this.onEvent(event);
      }
    }
  }

  /** Waits, or goes on at once when the browser finds a network or the page is looked at again. */
  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        document.removeEventListener("visibilitychange", seen);
        this.stop.signal.removeEventListener("abort", done);
        resolve();
      };
      const seen = () => document.visibilityState === "visible" && done();
      const timer = setTimeout(done, ms);
      window.addEventListener("online", done);
      document.addEventListener("visibilitychange", seen);
      this.stop.signal.addEventListener("abort", done);
    });
  }
}
