import { describe, expect, it } from "vitest";
import { Line, MAX_DATA, Malformed, MessageReader, message, raw, type Send, Type, WINDOW } from ".";

/** A small deterministic generator (mulberry32), so that a failure can be repeated. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One direction of a channel: bytes that arrive in pieces, or never. */
class Way {
  private flight = Buffer.alloc(0);
  private readonly reader = new MessageReader(MAX_DATA);
  readonly send: Send = (type, body) => {
    this.flight = Buffer.concat([this.flight, message(type, body)]);
  };

  deliver(count: number, to: Line, got: string[]): void {
    this.reader.push(this.flight.subarray(0, count));
    this.flight = this.flight.subarray(count);
    for (let m = this.reader.next(); m; m = this.reader.next()) {
      if (!to.take(m.type, m.body)) continue;
      got.push(Buffer.from(m.body).toString());
      to.taken(m.body);
    }
  }
}

/** What a line sends, type and body. */
function listen(): { send: Send; types: number[]; bytes: () => number } {
  const types: number[] = [];
  let bytes = 0;
  const send: Send = (type, body) => {
    types.push(type);
    if (type === Type.Input) bytes += 4 + body.length;
  };
  return { send, types, bytes: () => bytes };
}

describe("Line", () => {
  it.each([1, 2, 3, 4, 5, 6])("loses and doubles nothing wherever channels break (seed %i)", (seed) => {
    const next = random(seed);
    const below = (n: number) => Math.floor((next() + Number.EPSILON) * n);
    const side = () => ({ line: new Line(), said: [] as string[], got: [] as string[] });
    const [a, b] = [side(), side()];
    const speak = ({ line, said }: ReturnType<typeof side>) => {
      const text = `${said.length} `.repeat(next() ** 6 * 10_000);
      said.push(text);
      line.write(Type.Input, Buffer.from(text));
    };
    /** One channel: it carries what is said, at most so many bytes at once, and breaks. */
    const carry = (turns: number, most: number) => {
      const [there, back] = [new Way(), new Way()];
      const had = a.line.received;
      a.line.attach(there.send, b.line.received);
      b.line.attach(back.send, had);
      for (let turn = 0; turn < turns; turn++) {
        if (most < Number.POSITIVE_INFINITY) speak(next() < 0.5 ? a : b);
        there.deliver(below(most), b.line, b.got);
        back.deliver(below(most), a.line, a.got);
      }
      a.line.detach();
      b.line.detach();
    };
    for (let loss = 0; loss < 40; loss++) {
      carry(10, 20_000);
      speak(a);
    }
    carry(20, Number.POSITIVE_INFINITY);
    expect(b.got).toEqual(a.said);
    expect(a.got).toEqual(b.said);
  });

  it("sends no more than the window until it is acknowledged, and then the rest", () => {
    const { send, bytes } = listen();
    const line = new Line();
    line.attach(send, 0);
    const body = new Uint8Array(32 << 10);
    for (let i = 0; i < 40; i++) line.write(Type.Input, body);
    const before = bytes();
    expect(before).toBeLessThanOrEqual(WINDOW);
    expect(before).toBeGreaterThan(WINDOW - (33 << 10));
    line.take(Type.Received, raw.received(before));
    line.take(Type.Received, raw.received(bytes()));
    line.take(Type.Received, raw.received(bytes()));
    expect(bytes()).toBe(40 * (4 + body.length));
  });

  it("acknowledges what was taken, a quarter of the window at a time", () => {
    const { send, types } = listen();
    const line = new Line();
    line.attach(send, 0);
    expect(types).toEqual([Type.Received]);
    const body = new Uint8Array(WINDOW / 8);
    for (let i = 0; i < 2; i++) line.take(Type.Output, body);
    expect(types).toHaveLength(1);
    for (let i = 0; i < 2; i++) line.taken(body);
    expect(types).toEqual([Type.Received, Type.Received]);
  });

  it("keeps a message of which the other side has taken a part", () => {
    const line = new Line();
    line.attach(() => {}, 0);
    line.write(Type.Input, new Uint8Array(6));
    line.write(Type.Input, new Uint8Array(6));
    line.take(Type.Received, raw.received(14));
    line.detach();
    expect(() => line.attach(() => {}, 14)).toThrow(Malformed);
    line.attach(() => {}, 20);
    line.take(Type.Received, raw.received(20));
  });

  it.each<[string, (line: Line) => void]>([
    [
      "more than fits",
      (line) => {
        for (let i = 0; i < 3; i++) line.take(Type.Output, new Uint8Array(MAX_DATA - 4));
      },
    ],
    ["an acknowledgement of what was not sent", (line) => line.take(Type.Received, raw.received(11))],
    ["an acknowledgement taken back", (line) => line.take(Type.Received, raw.received(9))],
    ["a place that was forgotten", (line) => line.attach(() => {}, 0)],
    ["a place to come", (line) => line.attach(() => {}, 11)],
    ["a long ping", (line) => line.take(Type.Ping, new Uint8Array(9))],
    ["a short acknowledgement", (line) => line.take(Type.Received, new Uint8Array(7))],
  ])("refuses %s", (_, act) => {
    const line = new Line();
    line.attach(() => {}, 0);
    line.write(Type.Input, new Uint8Array(6));
    line.take(Type.Received, raw.received(10));
    expect(() => act(line)).toThrow(Malformed);
  });

  it("answers a ping, which is not counted", () => {
    const { send, types } = listen();
    const line = new Line();
    line.attach(send, 0);
    expect(line.take(Type.Ping, new Uint8Array(8))).toBe(false);
    expect(line.take(Type.Pong, new Uint8Array(8))).toBe(false);
    expect(types).toEqual([Type.Received, Type.Pong]);
    expect(line.received).toBe(0);
  });
});
