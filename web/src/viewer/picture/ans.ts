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
const LIMITS = [
  [3, 7, 12, 20, 32, 52, 88],
  [1, 2, 3, 5, 9, 18, 40],
];

/** The context of an activity, the sum of three differences: of green, then of the others. */
const REACHED = LIMITS.map((limits) =>
  Uint8Array.from({ length: 3 * 255 + 1 }, (_, a) => limits.filter((least) => a >= least).length),
);

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
      for (let x = 1; x <= w; x++)
        for (let kind = 0; kind < KINDS; kind++) {
          const here = now[kind] as Uint8Array;
          if (y > 0) this.sample(here, up[kind] as Uint8Array, x, kind, ((flags >> kind) & 1) === 1);
          else here[x] = (x === 1 ? GREY : (here[x - 1] as number)) + this.difference(kind, CONTEXTS - 1);
        }
      join(out, y * w, now, (flags & HALF) !== 0);
      [up, now] = [now, up];
      up.forEach((above, kind) => {
        above[0] = above[1] as number;
        above[w + 1] = above[w] as number;
        (now[kind] as Uint8Array)[0] = above[1] as number;
      });
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

  /** Reads a sample that has one above it. */
  private sample(now: Uint8Array, up: Uint8Array, x: number, kind: number, smooth: boolean): void {
    const [l, c, u, r] = [now[x - 1] as number, up[x - 1] as number, up[x] as number, up[x + 1] as number];
    const activity = Math.abs(l - c) + Math.abs(c - u) + Math.abs(u - r);
    const context = (REACHED[kind === 0 ? 0 : 1] as Uint8Array)[activity] as number;
    const guess = smooth ? (2 * l + u + r) >> 2 : l + u - Math.max(Math.min(l, u), Math.min(Math.max(l, u), c));
    now[x] = guess + this.difference(kind, context);
  }

  /** Reads the difference of a sample from its prediction. */
  private difference(kind: number, context: number): number {
    const { tables, states } = this;
    const table = kind * CONTEXTS + context;
    const x = states[kind] as number;
    const m = x & ((1 << SCALE) - 1);
    const token = tables.token[(table << SCALE) + m] as number;
    const entry = table * TOKENS + token;
    let next = Math.imul(tables.times[entry] as number, x >>> SCALE) + m - (tables.start[entry] as number);
    if (next >>> 16 === 0) next = this.more(next);
    let v = token;
    if (token >= PLAINLY) {
      const n = ((token - PLAINLY) >> 3) + 1;
      v = ((8 + ((token - PLAINLY) & 7)) << n) | (next & ((1 << n) - 1));
      next >>>= n;
      if (next >>> 16 === 0) next = this.more(next);
    }
    states[kind] = next;
    return v & 1 ? -(v >> 1) - 1 : v >> 1;
  }

  /** Adds a word to a state that has become too small; beyond the end one that the end is not mistaken for. */
  private more(x: number): number {
    const { b, at } = this;
    this.at = at + 2;
    return (x << 16) | ((b[at] ?? 0) << 8) | (b[at + 1] ?? 0);
  }
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
