// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Live, type LiveEvent, type LiveState, parseEvent, pause } from "./live";

describe("parseEvent", () => {
  it("knows the site's events and skips others", () => {
    expect(parseEvent({ event: "client_removed", data: '{"id":"a"}' })).toEqual({ type: "client_removed", id: "a" });
    expect(parseEvent({ event: "session", data: '{"id":"s","client_id":"c","state":"ended"}' })).toEqual({
      type: "session",
      id: "s",
      client: "c",
      state: "ended",
    });
    expect(parseEvent({ event: "resync", data: "{}" })).toEqual({ type: "resync" });
    expect(parseEvent({ event: "of a later version", data: "{}" })).toBeUndefined();
  });
});

describe("pause", () => {
  it("doubles to a bound and is spread over half of it", () => {
    expect(pause(0, () => 0)).toBe(250);
    expect(pause(0, () => 1)).toBe(500);
    expect(pause(3, () => 1)).toBe(4000);
    expect(pause(50, () => 1)).toBe(15_000);
  });
});

/** Answers of the site, in the order in which they are asked for. */
class Site {
  readonly streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  status = 200;
  reachable = true;

  readonly fetch = async (_url: string, { signal }: { signal: AbortSignal }) => {
    if (!this.reachable) throw new TypeError("failed to fetch");
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.streams.push(stream);
        signal.addEventListener("abort", () => stream.error(new DOMException("", "AbortError")));
      },
    });
    return new Response(this.status === 200 ? body : null, { status: this.status });
  };

  say(text: string) {
    this.streams.at(-1)?.enqueue(new TextEncoder().encode(text));
  }
}

describe("Live", () => {
  let site: Site;
  let live: Live;
  const events: LiveEvent[] = [];
  const states: LiveState[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    site = new Site();
    vi.stubGlobal("fetch", site.fetch);
    events.length = 0;
    states.length = 0;
    live = new Live(
      (event) => events.push(event),
      (state) => states.push(state),
    );
  });
  afterEach(() => {
    live.close();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("passes events on", async () => {
    await vi.advanceTimersByTimeAsync(0);
    site.say('event: client_removed\ndata: {"id":"a"}\n\n');
    await vi.advanceTimersByTimeAsync(0);
    expect(states).toEqual(["live"]);
    expect(events).toEqual([{ type: "client_removed", id: "a" }]);
  });

  it("connects again after an end, and asks for everything then", async () => {
    await vi.advanceTimersByTimeAsync(0);
    site.streams[0]?.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(states).toEqual(["live", "lost"]);
    await vi.advanceTimersByTimeAsync(600);
    expect(states).toEqual(["live", "lost", "live"]);
    expect(events).toEqual([{ type: "resync" }]);
  });

  it("keeps trying while the site is away", async () => {
    await vi.advanceTimersByTimeAsync(0);
    site.reachable = false;
    site.streams[0]?.close();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(states.at(-1)).toBe("lost");
    site.reachable = true;
    await vi.advanceTimersByTimeAsync(16_000);
    expect(states.at(-1)).toBe("live");
  });

  it("takes silence for a lost connection, and a comment for a sign of life", async () => {
    await vi.advanceTimersByTimeAsync(30_000);
    site.say(": still here\n\n");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(states).toEqual(["live"]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(states).toContain("lost");
  });

  it("connects again after an answer that cannot be read", async () => {
    await vi.advanceTimersByTimeAsync(0);
    site.say("event: client\ndata: {not json\n\n");
    await vi.advanceTimersByTimeAsync(0);
    expect(states).toEqual(["live", "lost"]);
  });

  it("stops when nobody is signed in", async () => {
    await vi.advanceTimersByTimeAsync(0);
    site.status = 401;
    site.streams[0]?.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(site.streams).toHaveLength(2);
  });
});
