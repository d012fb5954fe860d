import { crc32, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { opaquePNG, smallPNG } from "./png";

/** Reads a PNG's chunks, whose checks must be right. */
function read(png: Uint8Array): { size: number[]; rows: Uint8Array } {
  const view = new DataView(png.buffer);
  expect(String.fromCharCode(...png.subarray(1, 4))).toBe("PNG");
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + view.getUint32(at);
    chunks.set(String.fromCharCode(...png.subarray(at + 4, at + 8)), png.subarray(at + 8, end));
    expect(view.getUint32(end)).toBe(crc32(png.subarray(at + 4, end)));
    at = end + 4;
  }
  expect([...chunks.keys()]).toEqual(["IHDR", "IDAT", "IEND"]);
  return { size: [...(chunks.get("IHDR") as Uint8Array)], rows: inflateSync(chunks.get("IDAT") as Uint8Array) };
}

const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255);

describe("smallPNG", () => {
  it.each([
    [1, 1],
    [3, 2],
    [200, 100], // more than a stored block
  ])("has all pixels of %i by %i", (w, h) => {
    const rgba = noise(w * h * 4);
    const { size, rows } = read(smallPNG(rgba, w, h));
    expect(size).toEqual([0, 0, 0, w, 0, 0, 0, h, 8, 6, 0, 0, 0]);
    const pixels = Array.from({ length: h }, (_, y) => [...rows.subarray(y * (w * 4 + 1) + 1, (y + 1) * (w * 4 + 1))]);
    expect(pixels.flat()).toEqual([...rgba]);
  });
});

describe("opaquePNG", () => {
  it("has all pixels but their alpha", async () => {
    const [w, h] = [7, 5];
    const rgba = noise(w * h * 4);
    const { size, rows } = read(await opaquePNG(rgba, w, h));
    expect(size).toEqual([0, 0, 0, w, 0, 0, 0, h, 8, 2, 0, 0, 0]);
    for (let y = 0; y < h; y++) {
      expect(rows[y * (w * 3 + 1)]).toBe(2);
      for (let i = 0; i < w * 3; i++) {
        const at = y * (w * 3 + 1) + 1 + i;
        if (y > 0) rows[at] = (rows[at] as number) + (rows[at - w * 3 - 1] as number);
        expect(rows[at]).toBe(rgba[(y * w + Math.floor(i / 3)) * 4 + (i % 3)]);
      }
    }
  });
});
