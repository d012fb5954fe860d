import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PageMemory } from ".";
import type { Carrier, Hearer, Way } from "./carrier";
import { HEAD_START, LIMIT, type Memory, race } from "./race";

/** A carrier that does what it is told. */
class Runner implements Carrier {
  sent: number[] = [];
  closed: (number | undefined)[] = [];
  constructor(
    readonly way: Way,
    readonly hearer: Hearer,
  ) {}
  send(bytes: Uint8Array): void {
    this.sent.push(...bytes);
  }
  close(code?: number): void {
    this.closed.push(code);
  }
}

let time: number;
let timers: { at: number; run: () => void }[];
let memory: Memory;
let heard: string[];
let lane: Runner | undefined;
let socket: Runner | undefined;
let carrier: Carrier;

function pass(ms: number): void {
  const end = time + ms;
  for (;;) {
    const next = timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    timers = timers.filter((t) => t !== next);
    time = next.at;
    next.run();
  }
  time = end;
}

function run(able = true): void {
  const begin = (way: Way, keep: (r: Runner) => void) => (hearer: Hearer) => {
    const runner = new Runner(way, hearer);
    keep(runner);
    return runner;
  };
  const open = begin("WebTransport", (r) => {
    lane = r;
  });
  carrier = race(
    {
      socket: begin("WebSocket", (r) => {
        socket = r;
      }),
      lane: able ? open : undefined,
      memory,
      now: () => time,
      after: (ms, then) => {
        const timer = { at: time + ms, run: then };
        timers.push(timer);
        return () => {
          timers = timers.filter((t) => t !== timer);
        };
      },
    },
    {
      onOpen: () => heard.push(`open ${carrier.way}`),
      onData: (chunk) => heard.push(`data ${chunk.length}`),
      onClose: (code, reason) => heard.push(`close ${code} ${reason}`),
    },
  );
}

beforeEach(() => {
  [time, timers, heard] = [0, [], []];
  [lane, socket] = [undefined, undefined];
  memory = { verdict: "unknown" };
});

describe("race, of a page that knows nothing", () => {
  it("takes WebTransport when it is there first", () => {
    run();
    pass(30);
    lane?.hearer.onOpen();
    socket?.hearer.onOpen();
    carrier.send(Uint8Array.of(7));
    lane?.hearer.onData(new Uint8Array(3));
    pass(60_000);
    expect(heard).toEqual(["open WebTransport", "data 3"]);
    expect([lane?.sent, lane?.closed, socket?.sent, socket?.closed]).toEqual([[7], [], [], [1000]]);
    expect(memory.verdict).toBe("works");
  });

  it("takes it when it is a little later, too", () => {
    run();
    pass(200);
    socket?.hearer.onOpen();
    pass(99);
    expect(heard).toEqual([]);
    lane?.hearer.onOpen();
    expect(heard).toEqual(["open WebTransport"]);
    expect(socket?.closed).toEqual([1000]);
  });

  it("takes the WebSocket where UDP goes nowhere, soon, and remembers", () => {
    run();
    pass(40);
    socket?.hearer.onOpen();
    pass(50);
    expect(heard).toEqual(["open WebSocket"]);
    carrier.send(Uint8Array.of(7));
    expect([socket?.sent, lane?.closed, memory.verdict]).toEqual([[7], [], "unknown"]);
    pass(LIMIT);
    expect([lane?.closed, memory.verdict]).toEqual([[1000], "failed"]);
    expect(heard).toEqual(["open WebSocket"]);
  });

  it("learns that WebTransport works though it came too late", () => {
    run();
    pass(40);
    socket?.hearer.onOpen();
    pass(500);
    lane?.hearer.onOpen();
    expect([lane?.closed, memory.verdict]).toEqual([[1000], "works"]);
    lane?.hearer.onClose(1000, "");
    pass(LIMIT);
    expect([heard, memory.verdict]).toEqual([["open WebSocket"], "works"]);
  });

  it("waits for no grace when WebTransport has failed", () => {
    run();
    lane?.hearer.onClose(1006, "");
    pass(40);
    socket?.hearer.onOpen();
    expect([heard, memory.verdict]).toEqual([["open WebSocket"], "failed"]);
  });

  it("waits for WebTransport when the WebSocket has failed", () => {
    run();
    socket?.hearer.onClose(1006, "");
    expect(heard).toEqual([]);
    lane?.hearer.onOpen();
    expect(heard).toEqual(["open WebTransport"]);
  });

  it("ends when both have failed, by themselves or by the time", () => {
    run();
    lane?.hearer.onClose(1006, "");
    socket?.hearer.onClose(1006, "why");
    expect(heard).toEqual(["close 1006 why"]);
    run();
    socket?.hearer.onClose(1006, "");
    pass(LIMIT);
    expect(heard).toEqual(["close 1006 why", "close 1006 "]);
    expect(memory.verdict).toBe("unknown"); // it is the site that is away
  });

  it("closes both when it is closed before either is there", () => {
    run();
    carrier.close(1000);
    expect([lane?.closed, socket?.closed]).toEqual([[1000], [1000]]);
    lane?.hearer.onOpen();
    pass(60_000);
    expect(heard).toEqual([]);
  });
});

describe("race, of a page that knows", () => {
  it("asks for no WebTransport where it failed or there is none", () => {
    memory.verdict = "failed";
    run();
    expect([lane, carrier]).toEqual([undefined, socket]);
    memory.verdict = "unknown";
    run(false);
    expect([lane, carrier]).toEqual([undefined, socket]);
  });

  it("opens no WebSocket beside what works", () => {
    memory.verdict = "works";
    run();
    pass(HEAD_START - 1);
    lane?.hearer.onOpen();
    pass(60_000);
    expect([heard, socket]).toEqual([["open WebTransport"], undefined]);
  });

  it.each(["works", "doubtful"] as const)("waits longer for what once worked (%s)", (verdict) => {
    memory.verdict = verdict;
    run();
    pass(HEAD_START);
    socket?.hearer.onOpen();
    pass(900);
    expect(heard).toEqual([]);
    lane?.hearer.onOpen();
    expect([heard, socket?.closed]).toEqual([["open WebTransport"], [1000]]);
  });

  it.each([
    ["fails", () => lane?.hearer.onClose(1006, "")],
    ["says nothing", () => pass(HEAD_START)],
  ])("opens one when what worked %s", (_, happen) => {
    memory.verdict = "works";
    run();
    happen();
    expect(socket).toBeDefined();
    pass(LIMIT);
    socket?.hearer.onOpen();
    expect([heard, memory.verdict]).toEqual([["open WebSocket"], "failed"]);
  });
});

describe("race, after WebTransport has won", () => {
  beforeEach(() => {
    run();
    lane?.hearer.onOpen();
    heard = [];
  });

  it.each<[string, number, number, string]>([
    ["lost soon", 19_000, 1006, "doubtful"],
    ["lost later", 21_000, 1006, "works"],
    ["closed by the site", 1_000, 4000, "works"],
  ])("thinks of one that is %s as it deserves", (_, after, code, verdict) => {
    pass(after);
    lane?.hearer.onClose(code, "M14");
    expect([heard, memory.verdict]).toEqual([[`close ${code} M14`], verdict]);
  });

  it.each<[string, number, string]>([
    ["given up in silence", 11_000, "doubtful"],
    ["closed in the middle of things", 9_000, "works"],
  ])("thinks of one that is %s as it deserves", (_, after, verdict) => {
    pass(30_000);
    lane?.hearer.onData(new Uint8Array(1));
    pass(after);
    carrier.close();
    expect([lane?.closed, memory.verdict]).toEqual([[undefined], verdict]);
  });
});

describe("race, after WebTransport was lost soon", () => {
  beforeEach(() => {
    memory.verdict = "doubtful";
    run();
    expect(socket).toBeDefined(); // at once
    lane?.hearer.onOpen();
  });

  it.each<[string, () => void, string]>([
    ["soon again", () => pass(19_000), "failed"],
    ["later", () => pass(21_000), "works"],
  ])("thinks of one that is lost %s as it deserves", (_, happen, verdict) => {
    expect(memory.verdict).toBe("doubtful");
    happen();
    lane?.hearer.onClose(1006, "");
    expect(memory.verdict).toBe(verdict);
  });
});

describe("PageMemory", () => {
  afterEach(() => vi.useRealTimers());

  it("forgets after a while that WebTransport failed, and learns it again", () => {
    vi.useFakeTimers();
    const page = new PageMemory();
    const told: string[] = [];
    page.onChange = (verdict) => told.push(verdict);
    page.verdict = "failed";
    vi.advanceTimersByTime(600_000);
    expect(page.verdict).toBe("failed");
    vi.advanceTimersByTime(1);
    expect(page.verdict).toBe("unknown");
    page.verdict = "failed";
    expect([page.verdict, told]).toEqual(["failed", ["failed", "failed"]]);
  });
});
