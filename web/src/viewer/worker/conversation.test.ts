import { beforeEach, describe, expect, it } from "vitest";
import { overSocket } from "../../carrier/socket";
import { Channel, Coding, GIVE_UP, type Listener, message, raw, Type } from "../../wire";
import { encode } from "../../wire/cbor";
import { ALL } from "../displays";
import { Conversation, type Surroundings } from "./conversation";
import type { Refusal, Report, State } from "./protocol";

/** A WebSocket without a network. */
class Socket {
  onopen: (() => void) | undefined;
  onmessage: ((e: { data: unknown }) => void) | undefined;
  onclose: ((e: { code: number; reason: string }) => void) | undefined;
  bufferedAmount = 0;
  closed = false;
  readonly sent: Uint8Array[] = [];
  send(b: Uint8Array): void {
    this.sent.push(b);
  }
  close(): void {
    this.closed = true;
  }
  receive(...messages: Uint8Array[]): void {
    for (const m of messages) this.onmessage?.({ data: m.slice().buffer });
  }
  types(): number[] {
    return this.sent.map((b) => b[0] as number);
  }
}

/** A clock that runs when it is told to. */
class Clock {
  time = 0;
  private timers: { at: number; run: () => void }[] = [];
  readonly after = (ms: number, run: () => void) => {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((t) => t !== timer);
    };
  };
  run(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((t) => t !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = end;
  }
}

let sockets: Socket[];
let clock: Clock;
let reports: Report[];
let board: string[];
let conversation: Conversation;
let seeks: number;
let refusal: Refusal | undefined;

const options = { quality: 75, viewOnly: false, paused: false };
const opened = message(Type.Opened, encode([[1, 3]]));
const display = new Map<number, unknown>([
  [1, 4],
  [2, 0],
  [3, 0],
  [4, 8],
  [5, 8],
]);
const displays = message(
  Type.Displays,
  encode([
    [1, 1],
    [2, Coding.None],
    [3, 1],
    [4, [display]],
  ]),
);
const fill = [0x02, 0, 0, 0, 0, 0, 8, 0, 8, 1, 2, 3];

function frame(sequence: number, statements = fill): Uint8Array {
  const body = new Uint8Array(28 + statements.length);
  const v = new DataView(body.buffer);
  v.setUint32(0, sequence);
  v.setUint32(4, 1);
  v.setUint8(16, 4);
  v.setUint8(17, 1);
  v.setUint32(20, statements.length);
  v.setUint32(24, statements.length);
  body.set(statements, 28);
  return message(Type.Frame, body);
}

function states(): string[] {
  return reports.flatMap((r) => (r.is === "state" ? [r.state.name] : []));
}

function last(): State | undefined {
  return reports.flatMap((r) => (r.is === "state" ? [r.state] : [])).at(-1);
}

const socket = () => sockets.at(-1) as Socket;
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  [sockets, reports, board, clock] = [[], [], [], new Clock()];
  [seeks, refusal] = [0, undefined];
  const around: Surroundings = {
    seek: async () => {
      seeks++;
      if (refusal) throw refusal;
    },
    connect: (first: Uint8Array, listener: Listener) => {
      const s = new Socket();
      sockets.push(s);
      return new Channel((hearer) => overSocket(s as unknown as WebSocket, hearer), first, listener);
    },
    decodePhoto: async (p) => new Uint32Array(p.width * p.height),
    board: {
      show: (v) => board.push(`show ${v.width}x${v.height}`),
      paint: (p) => board.push(`paint ${p.damage.take().length}`),
    },
    report: (r) => reports.push(r),
    now: () => clock.time,
    after: clock.after,
  };
  conversation = new Conversation(around, options);
  conversation.open();
  socket().onopen?.();
});

describe("Conversation", () => {
  it("starts, draws and acknowledges in order", async () => {
    expect(socket().types()).toEqual([Type.ScreenStart]);
    socket().receive(opened, displays, frame(1), frame(2));
    await settle();
    expect(states()).toEqual(["connecting", "live"]);
    expect(board).toEqual(["show 8x8", "paint 2", "paint 1"]); // at first all is black and damaged
    const acks = socket().sent.filter((b) => b[0] === Type.Ack);
    expect(acks.map((b) => b[7])).toEqual([1, 2]);
  });

  it("tells of cursors, pointers, notices and figures", async () => {
    socket().receive(opened, displays, message(Type.CursorAt, raw.pointer(5, 6, 0).subarray(0, 8)));
    socket().receive(message(Type.Cursor, new Uint8Array(8)), message(0x7f, new Uint8Array(3)), frame(1));
    await settle();
    clock.run(1000);
    expect(reports.find((r) => r.is === "pointer")).toMatchObject({ x: 5, y: 6 });
    expect(reports.find((r) => r.is === "cursor")).toMatchObject({ cursor: { width: 0 } });
    expect(reports.find((r) => r.is === "figures")).toMatchObject({ figures: { frames: 1, exact: true } });
  });

  it("shows one display or all of them, and goes on with what was asked for", async () => {
    const two = [0, 20].map((x, i) => new Map([...display, [1, i], [2, x]]));
    const both = message(Type.Displays, encode([[1, 1], [2, Coding.None], [3, 1], [4, two]])); // biome-ignore format: one message
    socket().receive(opened, both);
    await settle();
    conversation.show(ALL);
    conversation.show(1);
    conversation.show(ALL);
    socket().receive(both);
    await settle();
    expect(board).toEqual(["show 8x8", "show 28x8", "show 8x8", "show 28x8", "show 28x8"]);
    expect(reports.filter((r) => r.is === "displays").map((r) => r.shown)).toEqual([0, ALL]);
  });

  it("measures the round trip with pings, and answers them", () => {
    socket().receive(opened);
    clock.run(2000);
    const ping = socket().sent.find((b) => b[0] === Type.Ping) as Uint8Array;
    clock.run(40);
    socket().receive(message(Type.Pong, ping.subarray(4)), message(Type.Ping, new Uint8Array(8)));
    clock.run(1000);
    expect(reports.filter((r) => r.is === "figures").at(-1)).toMatchObject({ figures: { roundTrip: 40 } });
    expect(socket().types()).toContain(Type.Pong);
  });

  it("calls the connection silent after six seconds, and live at the next byte", () => {
    socket().receive(opened);
    clock.run(6000);
    expect(last()).toEqual({ name: "silent", rights: 3 });
    socket().receive(frame(1).subarray(0, 3));
    expect(last()).toEqual({ name: "live", rights: 3 });
  });

  it("gives a silent connection up and tries again until it lives", async () => {
    socket().receive(opened);
    clock.run(14_000);
    expect(last()).toEqual({ name: "waiting", code: "lost" });
    expect(socket().closed).toBe(true);
    clock.run(1000);
    await settle();
    expect([sockets.length, seeks]).toEqual([2, 1]);
    socket().onclose?.({ code: 1006, reason: "" });
    clock.run(2000);
    await settle();
    expect([sockets.length, seeks]).toEqual([3, 2]);
    socket().onopen?.();
    socket().receive(opened);
    expect(last()).toMatchObject({ name: "live" });
  });

  const no = (code: string, final = false) => ({ code, text: "", hint: "", final });

  it("waits for a client that is away, and goes on when it is back", async () => {
    socket().receive(opened);
    socket().onclose?.({ code: 4000, reason: "M14" });
    refusal = no("M8");
    for (let i = 0; i < 60; i++) {
      clock.run(10_000);
      await settle();
    }
    expect([sockets.length, last()]).toEqual([1, { name: "waiting", code: "M8" }]);
    refusal = undefined;
    conversation.hurry();
    await settle();
    expect([sockets.length, last()]).toEqual([2, { name: "connecting" }]);
  });

  it("ends when there is no session to go on with, and is started again by hand", async () => {
    socket().onclose?.({ code: 1006, reason: "" });
    refusal = no("denied");
    clock.run(1000);
    await settle();
    expect(last()).toMatchObject({ name: "ended", code: "denied", again: true });
    conversation.hurry();
    expect(last()).toMatchObject({ name: "ended" });
    refusal = undefined;
    conversation.again();
    await settle();
    expect(sockets).toHaveLength(2);
  });

  it("takes no late answer after it was closed", async () => {
    socket().onclose?.({ code: 1006, reason: "" });
    clock.run(1000);
    conversation.close();
    await settle();
    expect(sockets).toHaveLength(1);
  });

  it("does not give up a connection for which this worker slept", () => {
    socket().receive(opened);
    clock.time += 60_000;
    clock.run(2000);
    expect(last()).toMatchObject({ name: "live" });
  });

  it("stops trying after a while, until somebody asks", async () => {
    refusal = no("M14");
    socket().onclose?.({ code: 4000, reason: "M14" });
    for (let i = 0; i < GIVE_UP / 5000 && last()?.name !== "ended"; i++) {
      clock.run(10_000);
      await settle();
    }
    expect(last()).toMatchObject({ name: "ended", code: "M14", again: true });
    conversation.again();
    await settle();
    expect(last()).toMatchObject({ name: "waiting" });
  });

  it.each<[string, number, string, Partial<State>]>([
    ["the session's end", 4001, "session_ended", { name: "ended", code: "session_ended", again: true }],
    ["a lost agent", 4000, "M14", { name: "waiting", code: "M14" }],
    ["a code that is none", 4000, "<b>", { name: "waiting", code: "M14" }],
    ["a lost line", 1006, "", { name: "waiting", code: "lost" }],
  ])("understands %s", (_, code, reason, state) => {
    socket().receive(opened);
    socket().onclose?.({ code, reason });
    expect(last()).toMatchObject(state);
  });

  it("shows a refusal and does not try again by itself", () => {
    const refusal = encode([
      [1, "no_screen"],
      [2, "No display."],
      [3, "Log in."],
    ]);
    socket().receive(message(Type.Refused, refusal));
    clock.run(60_000);
    expect(last()).toEqual({ name: "ended", code: "no_screen", text: "No display.", hint: "Log in.", again: true });
    expect(sockets).toHaveLength(1);
  });

  it.each<[string, Uint8Array]>([
    ["a frame for no display", frame(1, [0x77])],
    ["a broken message", message(Type.Opened, new Uint8Array([0xff]))],
    ["a pong of another length", message(Type.Pong, new Uint8Array(3))],
  ])("ends at %s", async (_, bytes) => {
    socket().receive(opened, displays, bytes);
    await settle();
    expect(last()).toMatchObject({ name: "ended", code: "malformed" });
    expect(socket().closed).toBe(true);
  });

  it("sends no input in view only, and lets go when that begins", () => {
    socket().receive(opened);
    const key = message(Type.Key, raw.key(true, 0x61, 4));
    conversation.send(key);
    conversation.setOptions({ ...options, viewOnly: true });
    conversation.send(key);
    conversation.send(message(Type.ReleaseAll));
    expect(socket().types().slice(1)).toEqual([Type.Key, Type.ReleaseAll, Type.Options, Type.ReleaseAll]);
  });

  it("sends nothing before the agent said yes", () => {
    conversation.send(message(Type.Key, raw.key(true, 0x61, 4)));
    expect(socket().types()).toEqual([Type.ScreenStart]);
  });

  it("lets go and falls silent when it is closed", () => {
    socket().receive(opened);
    conversation.close();
    const told = reports.length;
    socket().receive(displays, frame(1));
    socket().onclose?.({ code: 1000, reason: "" });
    clock.run(60_000);
    expect(socket().types().at(-1)).toBe(Type.ReleaseAll);
    expect(reports).toHaveLength(told);
    expect(sockets).toHaveLength(1);
  });
});
