import { Malformed } from "../../wire";

/**
 * The inner loops: what statements do to words. A word is a pixel as it lies in
 * an ImageData: the bytes R, G, B, A. All callers have checked every bound.
 */

/** A rectangle of w by h words, its first at index at, in rows of stride words. */
export interface Area {
  words: Uint32Array;
  stride: number;
  at: number;
  w: number;
  h: number;
}

/** Whether the first byte of a word in memory is its lowest: so on every machine that runs a browser today. */
const little = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Returns the word of a colour. */
export function word(r: number, g: number, b: number): number {
  return little ? (0xff000000 | (b << 16) | (g << 8) | r) >>> 0 : ((r << 24) | (g << 16) | (b << 8) | 0xff) >>> 0;
}

/** Copies within the words, from the index from, as memmove. */
export function move(to: Area, from: number): void {
  const { words, stride, at, w, h } = to;
  if (w === stride) {
    words.copyWithin(at, from, from + w * h);
    return;
  }
  const down = at > from; // then the last row must go first
  for (let i = 0; i < h; i++) {
    const row = (down ? h - 1 - i : i) * stride;
    words.copyWithin(at + row, from + row, from + row + w);
  }
}

/** Fills with the colour at b[data]. */
export function fill(to: Area, b: Uint8Array, data: number): void {
  const colour = colourAt(b, data);
  for (let y = 0, row = to.at; y < to.h; y++, row += to.stride) to.words.fill(colour, row, row + to.w);
}

/** Draws pixels of three bytes each. */
export function plain(to: Area, b: Uint8Array, data: number): void {
  const { words, w } = to;
  let i = data;
  for (let y = 0, row = to.at; y < to.h; y++, row += to.stride)
    for (let x = row; x < row + w; x++, i += 3) words[x] = word(b[i] as number, b[i + 1] as number, b[i + 2] as number);
}

/** Draws packed indices into n colours, which stand before them. */
export function palette(to: Area, b: Uint8Array, data: number, n: number, bits: number): void {
  const colours = new Uint32Array(1 << bits);
  for (let c = 0; c < n; c++) colours[c] = colourAt(b, data + 3 * c);
  const { words, w } = to;
  const mask = (1 << bits) - 1;
  let i = data + 3 * n;
  let over = 0; // negative as soon as an index is n or more
  for (let y = 0, row = to.at; y < to.h; y++, row += to.stride) {
    let shift = 8;
    for (let x = row; x < row + w; x++) {
      shift -= bits;
      const index = ((b[i] as number) >> shift) & mask;
      over |= n - 1 - index;
      words[x] = colours[index] as number;
      if (shift === 0) {
        shift = 8;
        i++;
      }
    }
    if (shift !== 8) i++;
  }
  if (over < 0) throw new Malformed("an index outside its palette");
}

/** Draws residuals of the median edge predictor (LOCO-I, ITU-T T.87 A.4.1). */
export function gradient(to: Area, b: Uint8Array, data: number): void {
  const { words, w, stride } = to;
  const above = new Uint8Array(3 * w); // the row above, 0 above the first
  let i = data;
  for (let y = 0, row = to.at; y < to.h; y++, row += stride) {
    let [left0, left1, left2, corner0, corner1, corner2] = [0, 0, 0, 0, 0, 0];
    for (let x = 0, a = 0; x < w; x++, a += 3, i += 3) {
      const [up0, up1, up2] = [above[a] as number, above[a + 1] as number, above[a + 2] as number];
      left0 = ((b[i] as number) + median(left0, up0, corner0)) & 255;
      left1 = ((b[i + 1] as number) + median(left1, up1, corner1)) & 255;
      left2 = ((b[i + 2] as number) + median(left2, up2, corner2)) & 255;
      corner0 = up0;
      corner1 = up1;
      corner2 = up2;
      above[a] = left0;
      above[a + 1] = left1;
      above[a + 2] = left2;
      words[row + x] = word(left0, left1, left2);
    }
  }
}

/** Draws the pixels of a tile or a photograph. */
export function put(to: Area, pixels: Uint32Array): void {
  for (let y = 0; y < to.h; y++) to.words.set(pixels.subarray(y * to.w, (y + 1) * to.w), to.at + y * to.stride);
}

/** Draws part of a tile w pixels wide, from the index from. */
export function cut(to: Area, tile: Uint32Array, w: number, from: number): void {
  for (let y = 0; y < to.h; y++) to.words.set(tile.subarray(from + y * w, from + y * w + to.w), to.at + y * to.stride);
}

/** Keeps a tile. */
export function take(from: Area, pixels: Uint32Array): void {
  for (let y = 0, row = from.at; y < from.h; y++, row += from.stride)
    pixels.set(from.words.subarray(row, row + from.w), y * from.w);
}

function colourAt(b: Uint8Array, at: number): number {
  return word(b[at] as number, b[at + 1] as number, b[at + 2] as number);
}

function median(left: number, up: number, corner: number): number {
  const low = Math.min(left, up);
  const high = Math.max(left, up);
  return corner >= high ? low : corner <= low ? high : left + up - corner;
}
