import { Malformed } from "../../wire";
import { word } from "./pixels";
import { SCALE, TOKENS, Tables } from "./tables";

/**
 * Reads photographs without loss: the Go package capture/ans, where the bytes are
 * drawn. It takes time in proportion to the pixels, whatever the bytes are.
 */

const KINDS = 3; // of samples: green, red and blue
const CONTEXTS = 8; // of each
const PLAINLY = 16; // tokens that are values
const LOWEST = 1 << 16; // state
const GREY = 128;
const HALF = 1 << KINDS; // a flag; those below it are smooth, of each kind
const FLAGS = 2 * HALF - 1;

/** The context of an activity, the sum of three differences, by the limits that it reaches. */
const reached = (...limits: number[]) =>
  Uint8Array.from({ length: 3 * 255 + 1 }, (_, a) => limits.filter((least) => a >= least).length);
const GREEN = reached(3, 7, 12, 20, 32, 52, 88);
const OTHERS = reached(1, 2, 3, 5, 9, 18, 40);

/** Ans decodes the photographs of one display, in their order: each uses tables of those before. */
export class Ans {
  private readonly tables = new Tables(KINDS * CONTEXTS);
  private readonly states = new Int32Array(KINDS);
  private b = new Uint8Array();
  private at = 0; // of the next word in b

  /** Makes the next photograph one before which there was none. */
  forget(): void {
    this.tables.forget();
  }

  /** Decodes a photograph of w by h pixels. */
  decode(b: Uint8Array, w: number, h: number): Uint32Array {
    const flags = b[0] ?? FLAGS + 1;
    if (flags > FLAGS) throw new Malformed("a photograph with unknown flags");
    this.begin(this.tables.read(b.subarray(1)));
    const out = new Uint32Array(w * h);
    const row = () => Array.from({ length: KINDS }, () => new Uint8Array(w + 2)); // with a sample more at both ends
    let [up, now] = [row(), row()];
    for (let y = 0; y < h; y++) {
      if (y === 0) this.first(now, w);
      else this.row(now, up, w, flags);
      join(out, y * w, now, (flags & HALF) !== 0);
      [up, now] = [now, up];
      for (const above of up) {
        above[0] = above[1] as number;
        above[w + 1] = above[w] as number;
      }
    }
    if (this.at !== this.b.length || this.states.some((x) => x !== LOWEST))
      throw new Malformed("a photograph of another length than its pixels need");
    return out;
  }

  /** Reads the states. */
  private begin(b: Uint8Array): void {
    if (b.length < 4 * KINDS) throw new Malformed("a photograph without its states");
    const view = new DataView(b.buffer, b.byteOffset, 4 * KINDS);
    for (let kind = 0; kind < KINDS; kind++) {
      this.states[kind] = view.getInt32(4 * kind);
      if ((this.states[kind] as number) >>> 16 === 0) throw new Malformed("a photograph with a state too small");
    }
    this.b = b as Uint8Array<ArrayBuffer>;
    this.at = 4 * KINDS;
  }

  /** Reads a first row of w pixels. */
  private first(now: Uint8Array[], w: number): void {
    for (let x = 1; x <= w; x++)
      for (let kind = 0; kind < KINDS; kind++) {
        const here = now[kind] as Uint8Array;
        here[x] = (x === 1 ? GREY : (here[x - 1] as number)) + this.difference(kind, CONTEXTS - 1);
      }
  }

  /** Reads another row of w pixels. What is left of a sample, and left above, is at hand from the one before. */
  private row(now: Uint8Array[], up: Uint8Array[], w: number, flags: number): void {
    const [green, red, blue] = now as [Uint8Array, Uint8Array, Uint8Array];
    const [upGreen, upRed, upBlue] = up as [Uint8Array, Uint8Array, Uint8Array];
    const [smoothGreen, smoothRed, smoothBlue] = [(flags & 1) !== 0, (flags & 2) !== 0, (flags & 4) !== 0];
    let g = upGreen[1] as number;
    let d = upRed[1] as number;
    let b = upBlue[1] as number;
    let [cg, cd, cb, ug, ud, ub] = [g, d, b, g, d, b];
    for (let x = 1; x <= w; x++) {
      const rg = upGreen[x + 1] as number;
      const rd = upRed[x + 1] as number;
      const rb = upBlue[x + 1] as number;
      g = (guess(smoothGreen, g, ug, cg, rg) + this.difference(0, GREEN[activity(g, ug, cg, rg)] as number)) & 255;
      d = (guess(smoothRed, d, ud, cd, rd) + this.difference(1, OTHERS[activity(d, ud, cd, rd)] as number)) & 255;
      b = (guess(smoothBlue, b, ub, cb, rb) + this.difference(2, OTHERS[activity(b, ub, cb, rb)] as number)) & 255;
      green[x] = g;
      red[x] = d;
      blue[x] = b;
      cg = ug;
      cd = ud;
      cb = ub;
      ug = rg;
      ud = rd;
      ub = rb;
    }
  }

  /** Reads the difference of a sample from its prediction. */
  private difference(kind: number, context: number): number {
    const tables = this.tables;
    const table = kind * CONTEXTS + context;
    const x = this.states[kind] as number;
    const m = x & ((1 << SCALE) - 1);
    const token = tables.token[(table << SCALE) + m] as number;
    const entry = table * TOKENS + token;
    let next = (Math.imul(tables.times[entry] as number, x >>> SCALE) + (m - (tables.start[entry] as number))) | 0;
    if (next >>> 16 === 0) next = this.more(next);
    let v = token;
    if (token >= PLAINLY) {
      const n = ((token - PLAINLY) >> 3) + 1;
      v = ((8 + ((token - PLAINLY) & 7)) << n) | (next & ((1 << n) - 1));
      next = (next >>> n) | 0;
      if (next >>> 16 === 0) next = this.more(next);
    }
    this.states[kind] = next;
    return v & 1 ? -(v >> 1) - 1 : v >> 1;
  }

  /** Adds a word to a state that has become too small; beyond the end one that the end is not mistaken for. */
  private more(x: number): number {
    const at = this.at;
    this.at = at + 2;
    return at + 2 > this.b.length
      ? (x << 16) | 1
      : (x << 16) | ((this.b[at] as number) << 8) | (this.b[at + 1] as number);
  }
}

function activity(l: number, u: number, c: number, r: number): number {
  return Math.abs(l - c) + Math.abs(c - u) + Math.abs(u - r);
}

function guess(smooth: boolean, l: number, u: number, c: number, r: number): number {
  return smooth ? (2 * l + u + r) >> 2 : l + u - Math.max(Math.min(l, u), Math.min(Math.max(l, u), c));
}

/** Makes a row of pixels of its samples. */
function join(out: Uint32Array, at: number, rows: Uint8Array[], half: boolean): void {
  const [green, red, blue] = rows as [Uint8Array, Uint8Array, Uint8Array];
  for (let x = 1; x < green.length - 1; x++) {
    const g = green[x] as number;
    const d = (((red[x] as number) - GREY) << 24) >> 24;
    const b = (blue[x] as number) - GREY + g + (half ? d >> 1 : 0);
    out[at + x - 1] = word((d + g) & 255, g, b & 255);
  }
}
