import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Coding, type Display, Malformed } from "../../wire";
import { Damage } from "./damage";
import { MAX_CACHED, Op, TILE } from "./format";
import { checkSize, complete, tablesOf } from "./jpeg";
import { Budget, Picture } from "./picture";
import { type DecodePhoto, Screen } from "./screen";
import { unpacker } from "./unpack";

const grey: DecodePhoto = async ({ width, height }) => new Uint32Array(width * height).fill(0xff808080);

function screenOf(width: number, height: number, coding: number = Coding.None, decode = grey): Screen {
  const screen = new Screen(decode);
  const d: Display = { id: 0, x: 0, y: 0, width, height, scale: 100, primary: true, name: "" };
  screen.displays({ format: 1, coding, epoch: 1, displays: [d] });
  return screen;
}

const u16 = (...v: number[]) => v.flatMap((n) => [n >> 8, n & 255]);
const u32 = (n: number) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];

function frame(statements: number[], blobs: number[] = [], plain = statements.length): Uint8Array {
  const head = [...u32(1), ...u32(1), ...u32(0), ...u32(0), 0, 0, 0, 0, ...u32(plain), ...u32(statements.length)];
  return Uint8Array.from([...head, ...statements, ...blobs]);
}

/** A JPEG's skeleton: tables, frame header, scan. Only a decoder would miss the picture. */
function jpeg(w: number, h: number, frames = 1): number[] {
  const dqt = [0xff, 0xdb, ...u16(4), 1, 2];
  const dht = [0xff, 0xc4, ...u16(3), 9];
  const sof = [0xff, 0xc0, ...u16(11), 8, ...u16(h), ...u16(w), 1, 1, 0x11, 0];
  const sos = [0xff, 0xda, ...u16(8), 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xff, 0xd9];
  return [0xff, 0xd8, ...dqt, ...dht, ...Array(frames).fill(sof).flat(), ...sos];
}

const photo = (w: number, h: number, codec: number, length: number) => [
  Op.Photo,
  ...u16(0, 0, w, h),
  codec,
  ...u32(length),
];

describe("a hostile frame", () => {
  it.each<[string, Uint8Array]>([
    ["a photograph that claims to be small", frame(photo(8, 8, 1, jpeg(9000, 9000).length), jpeg(9000, 9000))],
    ["a photograph with two frame headers", frame(photo(8, 8, 1, jpeg(8, 8, 2).length), jpeg(8, 8, 2))],
    ["a photograph cut in its tables", frame(photo(8, 8, 1, 6), jpeg(8, 8).slice(0, 6))],
    ["something else than a JPEG", frame(photo(8, 8, 1, 4), [0x3c, 0x73, 0x76, 0x67])],
    ["video", frame([Op.Video, ...u16(0, 0, 8, 8), 1, 1, ...u32(1)], [0])],
    ["a blob of 4 GiB", frame(photo(8, 8, 1, 0xffffffff), jpeg(8, 8))],
    ["a stored tile that would lie outside", frame([Op.Store, ...u16(1, 0)])],
  ])("is refused: %s", async (_, body) => {
    await expect(screenOf(64, 64).frame(body)).rejects.toThrow(Malformed);
  });

  it("draws nothing if its end is malformed", async () => {
    const screen = screenOf(8, 8);
    const body = frame([Op.Fill, ...u16(0, 0, 8, 8), 255, 255, 255, 0x77]);
    await expect(screen.frame(body)).rejects.toThrow(Malformed);
    expect(screen.picture(0)?.pixels[0]).toBe(0xff000000);
  });

  it("survives any bytes as statements", async () => {
    let seed = 1;
    const next = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed >>> 16;
    };
    for (let i = 0; i < 3000; i++) {
      const statements = Array.from({ length: next() % 60 }, (_, at) =>
        at % 9 === 0 ? next() % 10 : next() % 4 ? 0 : next() & 255,
      );
      await screenOf(70, 70)
        .frame(frame(statements))
        .catch((err) => expect(err).toBeInstanceOf(Malformed));
    }
  });

  it("fails with the photograph's decoder", async () => {
    const broken = () => Promise.reject(new Error("no"));
    const body = frame(photo(8, 8, 1, jpeg(8, 8).length), jpeg(8, 8));
    await expect(screenOf(8, 8, Coding.None, broken).frame(body)).rejects.toThrow(Malformed);
  });
});

describe("photographs", () => {
  it("keeps their place among the statements", async () => {
    const screen = screenOf(8, 8);
    const whole = jpeg(8, 8);
    const statements = [...photo(8, 8, 1, whole.length), Op.Fill, ...u16(0, 0, 4, 8), 255, 0, 0];
    await screen.frame(frame(statements, whole));
    expect([screen.picture(0)?.pixels[0], screen.picture(0)?.pixels[4]]).toEqual([0xff0000ff, 0xff808080]);
  });

  it("have the tables of the last whole one put back", async () => {
    const seen: Uint8Array[] = [];
    const screen = screenOf(8, 8, Coding.None, async (p) => {
      seen.push(p.jpeg);
      return grey(p);
    });
    const whole = jpeg(8, 8);
    const abridged = [...whole.slice(0, 2), ...whole.slice(13)];
    await screen.frame(frame(photo(8, 8, 1, whole.length), whole));
    await screen.frame(frame(photo(8, 8, 2, abridged.length), abridged));
    expect(seen.map((j) => Array.from(j))).toEqual([whole, whole]);
  });

  it("are taken apart by their segments", () => {
    const whole = Uint8Array.from(jpeg(8, 8));
    expect(Array.from(tablesOf(whole))).toEqual(jpeg(8, 8).slice(2, 13));
    expect(() => checkSize(whole, 8, 9)).toThrow(Malformed);
    expect(() => complete(new Uint8Array(1), whole)).toThrow(Malformed);
  });
});

describe("the inflater", () => {
  it("refuses a bomb without unpacking it", async () => {
    const bomb = deflateRawSync(Buffer.alloc(64 << 20));
    const u = unpacker(Coding.Deflate);
    await expect((async () => u.unpack(bomb, 60_000))()).rejects.toThrow(Malformed);
    u.close();
  });
  it("refuses a stream that says less than its frame", async () => {
    const u = unpacker(Coding.Deflate);
    await expect((async () => u.unpack(new Uint8Array([0, 0, 0, 0xff, 0xff]), 4))()).rejects.toThrow(Malformed);
    u.close();
  });
});

describe("the cache", () => {
  it("has one limit for all displays", () => {
    const budget = new Budget();
    const side = 64 * TILE;
    const store = (slots: number, from: number) =>
      Uint8Array.from(Array.from({ length: slots }, (_, i) => [Op.Store, ...u16(0, from + i)]).flat());
    const [a, b] = [new Picture(side, TILE, budget), new Picture(side, TILE, budget)];
    const half = MAX_CACHED / TILE / TILE / 2;
    a.draw(store(half, 0), []);
    b.draw(store(half, 0), []);
    expect(() => b.draw(store(1, half), [])).toThrow(Malformed);
    a.reset();
    b.draw(store(1, half), []);
  });
});

describe("Damage", () => {
  it("keeps a few rectangles as they are", () => {
    const d = new Damage(1920, 1080);
    d.add(5, 6, 7, 8);
    expect(d.take()).toEqual([{ x: 5, y: 6, w: 7, h: 8 }]);
    expect(d.take()).toEqual([]);
  });
  it("joins many to a few that cover them all, and stay inside", () => {
    const d = new Damage(200, 130);
    for (let x = 0; x < 190; x += 10) d.add(x, 70, 10, 60);
    expect(d.take()).toEqual([{ x: 0, y: 64, w: 192, h: 66 }]);
    for (let i = 0; i < 20; i++) d.add(199, i * 6, 1, 6);
    expect(d.take()).toEqual([{ x: 192, y: 0, w: 8, h: 128 }]);
  });
});
