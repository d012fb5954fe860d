import { describe, expect, it } from "vitest";
import { MessageReader, message } from "./reader";
import { Malformed, Type } from "./types";

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

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    whole.set(p, at);
    at += p.length;
  }
  return whole;
}

describe("MessageReader", () => {
  it.each([1, 2, 3, 4, 5])("finds the same messages however the bytes are cut (seed %i)", (seed) => {
    const next = random(seed);
    const sent = Array.from({ length: 200 }, (_, i) => {
      const body = Uint8Array.from({ length: Math.floor(next() ** 4 * 5000) }, () => Math.floor(next() * 256));
      return message(i % 256, body);
    });
    const bytes = joined(sent);
    const reader = new MessageReader();
    const got: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const n = Math.floor(next() ** 3 * 3000);
      reader.push(bytes.subarray(at, at + n));
      at += n;
      for (let m = reader.next(); m; m = reader.next()) got.push(message(m.type, m.body));
    }
    expect(got.map((m) => m.length)).toEqual(sent.map((m) => m.length));
    expect(Buffer.compare(joined(got), bytes)).toBe(0);
    expect(reader.next()).toBeUndefined();
  });

  it("refuses a body over its limit before the body is there", () => {
    const reader = new MessageReader(10);
    reader.push(message(Type.Output, new Uint8Array(10)));
    reader.push(message(Type.Output, new Uint8Array(11)).subarray(0, 4));
    expect(reader.next()?.body.length).toBe(10);
    expect(() => reader.next()).toThrow(Malformed);
  });

  it("takes a long body in tiny chunks without copying it again and again", () => {
    const body = new Uint8Array(1 << 20).fill(7);
    const bytes = message(Type.Frame, body);
    const reader = new MessageReader();
    let early = 0;
    let got: Uint8Array | undefined;
    for (let at = 0; at < bytes.length; at += 16) {
      if (got) early++;
      reader.push(bytes.subarray(at, at + 16));
      got = reader.next()?.body;
    }
    expect(early).toBe(0);
    expect(Buffer.compare(got ?? new Uint8Array(0), body)).toBe(0);
  });
});
