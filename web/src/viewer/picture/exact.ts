import { Malformed } from "../../wire";
import { word } from "./pixels";

/**
 * Reads photographs without loss: the Go package capture/lossless, where the
 * codes are drawn. It takes time in proportion to the pixels, whatever the
 * bytes are.
 */

const LIMIT = 12; // ones that announce a sample in full
const HALVING = 64;
const CONTEXTS = 8; // of each of three kinds of samples
const GREY = 128;
const PREDICTORS = 2;

/** The context of an activity, the sum of three differences. */
const LEVEL = Uint8Array.from(
  { length: 3 * 255 + 1 },
  (_, a) => [3, 7, 12, 20, 32, 52, 88].filter((least) => a >= least).length,
);

/** Decodes a photograph of w by h pixels. */
export function exact(b: Uint8Array, w: number, h: number): Uint32Array {
  const smooth = b[0] === 1;
  if (b.length === 0 || (b[0] as number) >= PREDICTORS) throw new Malformed("a photograph with an unknown predictor");
  const samples = new Samples(b);
  const out = new Uint32Array(w * h);
  const row = () => Array.from({ length: 3 }, () => new Uint8Array(w + 2)); // with a sample more at both ends
  let [up, now] = [row(), row()];
  for (let y = 0; y < h; y++) {
    for (let kind = 0; kind < 3; kind++) {
      const [above, here] = [up[kind] as Uint8Array, now[kind] as Uint8Array];
      if (y === 0) samples.first(here, kind);
      else samples.row(here, above, kind, smooth);
      here[0] = here[1] as number;
      here[w + 1] = here[w] as number;
    }
    join(out, y * w, now);
    [up, now] = [now, up];
  }
  if (!samples.ended()) throw new Malformed("a photograph of another length than its pixels need");
  return out;
}

/** Makes a row of pixels of its samples. */
function join(out: Uint32Array, at: number, rows: Uint8Array[]): void {
  const [green, red, blue] = rows as [Uint8Array, Uint8Array, Uint8Array];
  for (let x = 1; x < green.length - 1; x++) {
    const g = green[x] as number;
    out[at + x - 1] = word(((red[x] as number) + g - GREY) & 255, g, ((blue[x] as number) + g - GREY) & 255);
  }
}

/** The samples of a photograph, in order. */
class Samples {
  private readonly count = new Uint16Array(3 * CONTEXTS).fill(1);
  private readonly sum = new Uint16Array(3 * CONTEXTS).fill(8);
  private at = 1;
  private bits = 0; // not yet used, at the lower end
  private have = 0; // of them, at most 31
  private lacking = 0; // bits that were made up after the end

  constructor(private readonly b: Uint8Array) {}

  /** Reads the samples of a first row, which begin at index 1. */
  first(now: Uint8Array, kind: number): void {
    let l = GREY;
    for (let x = 1; x < now.length - 1; x++) {
      l = (l + this.difference(kind * CONTEXTS)) & 255;
      now[x] = l;
    }
  }

  /** Reads the samples of another row. */
  row(now: Uint8Array, up: Uint8Array, kind: number, smooth: boolean): void {
    let [c, u] = [up[0] as number, up[1] as number];
    let l = u;
    for (let x = 1; x < now.length - 1; x++) {
      const r = up[x + 1] as number;
      const activity = Math.abs(l - c) + Math.abs(c - u) + Math.abs(u - r);
      const guess = smooth ? (2 * l + u + r) >> 2 : median(l, u, c);
      l = (guess + this.difference(kind * CONTEXTS + (LEVEL[activity] as number))) & 255;
      now[x] = l;
      c = u;
      u = r;
    }
  }

  /** Whether all was read, but for the padding, and not more. */
  ended(): boolean {
    const unused = this.have - this.lacking;
    return unused >= 0 && unused < 8 && this.at >= this.b.length && (this.bits & ((1 << this.have) - 1)) === 0;
  }

  /** Reads the difference of a sample from its prediction. */
  private difference(context: number): number {
    const [n, a] = [this.count[context] as number, this.sum[context] as number];
    let k = 0;
    while (n << k < a && k < 7) k++;
    if (this.have < 24) this.fill();
    const q = Math.clz32(~(this.bits << (32 - this.have)));
    let v: number;
    if (q < LIMIT) {
      this.have -= q + 1 + k;
      v = ((q << k) | ((this.bits >>> this.have) & ((1 << k) - 1))) & 255;
    } else {
      this.have -= LIMIT + 8;
      v = (this.bits >>> this.have) & 255;
    }
    this.learn(context, n, a, v);
    return v & 1 ? -(v >> 1) - 1 : v >> 1;
  }

  private learn(context: number, n: number, a: number, v: number): void {
    const sum = a + ((v + 1) >> 1);
    const over = n + 1 === HALVING;
    this.count[context] = over ? HALVING / 2 : n + 1;
    this.sum[context] = over ? sum >> 1 : sum;
  }

  /** Makes 24 bits or more ready; those beyond the end are zeros. */
  private fill(): void {
    for (; this.have <= 23; this.have += 8) {
      if (this.at >= this.b.length) this.lacking += 8;
      this.bits = (this.bits << 8) | (this.b[this.at++] ?? 0);
    }
  }
}

function median(l: number, u: number, c: number): number {
  const low = Math.min(l, u);
  const high = Math.max(l, u);
  return c >= high ? low : c <= low ? high : l + u - c;
}
