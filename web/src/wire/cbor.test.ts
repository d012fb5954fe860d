import { describe, expect, it } from "vitest";
import { decode, encode } from "./cbor";
import { decodeDisplays, decodeNotice, decodeRefused, encodeScreenOptions, encodeScreenStart } from "./messages";
import { Coding, Malformed } from "./types";

const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");
const bytes = (s: string) => Uint8Array.from(Buffer.from(s.replaceAll(" ", ""), "hex"));

describe("encode", () => {
  it("writes maps with integer keys in order", () => {
    const start = encodeScreenStart({
      format: 1,
      codings: [Coding.Deflate, Coding.None],
      codecs: 1,
      window: 2,
      options: { quality: 75, viewOnly: true, paused: false },
    });
    expect(hex(start)).toBe("a50101024201000301040205a201184b02f5");
  });
  it("leaves out what is zero", () => {
    expect(hex(encodeScreenOptions({ quality: 0, viewOnly: false, paused: false }))).toBe("a0");
    expect(hex(encode([[1, "é"]]))).toBe("a10162c3a9");
  });
});

describe("decode", () => {
  it.each([
    ["nothing", ""],
    ["an array", "80"],
    ["a tag", "a101c000"],
    ["an indefinite map", "bf0101ff"],
    ["an indefinite text", "a1017f6161ff"],
    ["a duplicate key", "a201010102"],
    ["a text cut short", "a10163616263".slice(0, 10)],
    ["invalid UTF-8", "a10162c328"],
    ["bytes afterwards", "a1010100"],
    ["deep nesting", "a1018181818181818100"],
    ["a huge array", "a1019affffffff"],
    ["a huge map", "baffffffff"],
    ["a length of 64 bits", "a1015bffffffffffffffff"],
    ["reserved information", "a1011c"],
  ])("refuses %s", (_, body) => {
    expect(() => decode(bytes(body))).toThrow(Malformed);
  });
  it("ignores unknown keys", () => {
    expect(decodeNotice(bytes("a3 01 6161 02 6162 1863 f6"))).toEqual({ code: "a", text: "b" });
  });
  it("fills in what is missing", () => {
    expect(decodeRefused(bytes("a1 01 624d38"))).toEqual({
      code: "M8",
      text: "",
      hint: "",
      retryAfter: 0,
      final: false,
    });
  });
  it("refuses fields of another type", () => {
    expect(() => decodeNotice(bytes("a1 01 01"))).toThrow(Malformed);
    expect(() => decodeRefused(bytes("a1 05 01"))).toThrow(Malformed);
  });
});

describe("decodeDisplays", () => {
  const display = (id: number, w: number, h: number) =>
    new Map<number, unknown>([
      [1, id],
      [2, -5],
      [3, 0],
      [4, w],
      [5, h],
    ]);
  const body = (...list: unknown[]) =>
    encode([
      [1, 1],
      [2, 0],
      [3, 9],
      [4, list],
    ]);
  it("reads displays", () => {
    expect(decodeDisplays(body(display(3, 640, 480)))).toEqual({
      format: 1,
      coding: 0,
      epoch: 9,
      displays: [{ id: 3, x: -5, y: 0, width: 640, height: 480, scale: 100, primary: false, name: "" }],
    });
  });
  it.each([
    ["none", body()],
    ["too many", body(...Array.from({ length: 17 }, (_, i) => display(i, 1, 1)))],
    ["one without pixels", body(display(1, 0, 5))],
    ["one too wide", body(display(1, 16385, 1))],
    ["too many pixels in all", body(display(1, 16384, 4096), display(2, 1, 1))],
    ["two of one name", body(display(1, 5, 5), display(1, 5, 5))],
    ["something else", body(1, 2)],
  ])("refuses %s", (_, b) => {
    expect(() => decodeDisplays(b)).toThrow(Malformed);
  });
});
