import { describe, expect, it } from "vitest";
import { Malformed } from "../wire";
import { closePiece, dataPieces, MAX_PIECE, PieceReader } from "./pieces";

/** Reads bytes in chunks of a size, and returns what came out. */
function read(bytes: Uint8Array, size: number): { data: number[]; end?: [number, string] } {
  const out: { data: number[]; end?: [number, string] } = { data: [] };
  const reader = new PieceReader({
    onData: (chunk) => out.data.push(...chunk),
    onClose: (code, reason) => {
      expect(out.end).toBeUndefined();
      out.end = [code, reason];
    },
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return out;
}

const join = (...parts: ArrayLike<number>[]) => Uint8Array.from(parts.flatMap((p) => [...Array.from(p)]));
const ended = [1, 0, 0, 5, 0x0f, 0xa0, 0x4d, 0x31, 0x34]; // 4000 "M14"

describe("PieceReader", () => {
  it.each([1, 2, 3, 7, 1000])("takes pieces out of chunks of %i bytes", (size) => {
    const bytes = join(...dataPieces(Uint8Array.of(1, 2, 3)), ...dataPieces(Uint8Array.of(4)), ended);
    expect(read(bytes, size)).toEqual({ data: [1, 2, 3, 4], end: [4000, "M14"] });
  });

  it("hands data on before its piece is whole, and copies none of it", () => {
    const chunks: Uint8Array[] = [];
    const reader = new PieceReader({ onData: (c) => chunks.push(c), onClose: () => {} });
    const bytes = Uint8Array.of(0, 0, 0, 9, 1, 2, 3);
    reader.push(bytes);
    expect(chunks).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(chunks[0]?.buffer).toBe(bytes.buffer);
  });

  it("looks at nothing after the end", () => {
    expect(read(join(ended, [9, 9, 9, 9, 9]), 1000)).toEqual({ data: [], end: [4000, "M14"] });
    expect(read(join(ended, [9, 9, 9, 9, 9]), 1)).toEqual({ data: [], end: [4000, "M14"] });
  });

  it.each<[string, number[]]>([
    ["an empty piece", [0, 0, 0, 0]],
    ["one of more than a mebibyte", [0, 0x10, 0, 1]],
    ["an unknown kind", [2, 0, 0, 1]],
    ["an end without a code", [1, 0, 0, 1]],
    ["an end with a long reason", [1, 0, 0, 126]],
  ])("refuses %s by its header", (_, header) => {
    expect(() => read(Uint8Array.from(header), 1)).toThrow(Malformed);
  });
});

describe("pieces", () => {
  it("cut what is too long for one", () => {
    const pieces = dataPieces(new Uint8Array(MAX_PIECE + 1));
    expect(pieces.map((p) => p.length - 4)).toEqual([MAX_PIECE, 1]);
    expect([...(pieces[0] as Uint8Array).subarray(0, 4)]).toEqual([0, 0x10, 0, 0]);
    let length = 0;
    const reader = new PieceReader({ onData: (chunk) => (length += chunk.length), onClose: () => {} });
    for (const piece of pieces) reader.push(piece);
    expect(length).toBe(MAX_PIECE + 1);
    expect(dataPieces(new Uint8Array(0))).toEqual([]);
  });

  it("say an end", () => {
    expect([...closePiece(1000)]).toEqual([1, 0, 0, 2, 0x03, 0xe8]);
  });
});
