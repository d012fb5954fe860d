import { Malformed } from "../../wire";

/**
 * The tables of photographs without loss (ans.ts): how often the tokens of each
 * context come. The Go package capture/ans draws them.
 */

export const SCALE = 12; // the frequencies of a context are 1 << SCALE in all
export const TOKENS = 48;
const HEAD = 6; // bits of a number of tokens, and of a first level
const LEVELS = 49;
const WEIGHTS = [1024, 1218, 1448, 1722];

/** Tables are those of all contexts, one after the other. */
export class Tables {
  readonly token: Uint8Array; // of each number below 1 << SCALE
  readonly start: Uint16Array; // of each token
  readonly times: Uint16Array;

  constructor(private readonly contexts: number) {
    this.token = new Uint8Array(contexts << SCALE);
    this.start = new Uint16Array(contexts * TOKENS);
    this.times = new Uint16Array(contexts * TOKENS);
    this.forget();
  }

  /** Makes all tables those without tokens: token 0 is all there is. */
  forget(): void {
    for (let c = 0; c < this.contexts; c++) this.set(c, []);
  }

  /** Reads the tables that are new from b and returns what follows. */
  read(b: Uint8Array): Uint8Array {
    const bits = new Bits(b);
    for (let c = 0; c < this.contexts; c++) if (bits.take(1) === 1) this.set(c, levels(bits));
    return bits.end();
  }

  private set(context: number, of: number[]): void {
    let at = 0;
    frequencies(of).forEach((n, token) => {
      this.start[context * TOKENS + token] = at;
      this.times[context * TOKENS + token] = n;
      this.token.fill(token, (context << SCALE) + at, (context << SCALE) + at + n);
      at += n;
    });
  }
}

/** Returns the frequencies of tokens with these levels. */
function frequencies(of: number[]): number[] {
  if (of.length === 0) return [1 << SCALE];
  const weights = of.map((level) => (WEIGHTS[level & 3] as number) * 2 ** (level >> 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  const all = weights.map((w) => Math.max(Math.floor((w * 2 ** SCALE) / sum), 1));
  const largest = all.indexOf(Math.max(...all));
  const others = all.reduce((a, b) => a + b, 0) - (all[largest] as number);
  all[largest] = (1 << SCALE) - others;
  return all;
}

function levels(bits: Bits): number[] {
  const used = bits.take(HEAD);
  if (used > TOKENS) throw new Malformed("a photograph with broken tables");
  const of: number[] = [];
  for (let level = 0; of.length < used; of.push(level)) {
    level = of.length === 0 ? bits.take(HEAD) : level + bits.rice();
    if (level < 0 || level >= LEVELS) throw new Malformed("a photograph with broken tables");
  }
  return of;
}

/** Bits, the first one highest; beyond the end there are zeros. */
class Bits {
  private at = 0;

  constructor(private readonly b: Uint8Array) {}

  take(n: number): number {
    let v = 0;
    for (let i = 0; i < n; i++, this.at++) v = (v << 1) | (((this.b[this.at >> 3] ?? 0) >> (7 - (this.at & 7))) & 1);
    return v;
  }

  /** Reads a difference of two levels; an absurd one is as good as any other. */
  rice(): number {
    let v = 0;
    while (this.take(1) === 1 && v < 2 * LEVELS) v += 2;
    return this.take(1) === 1 ? -(v >> 1) - 1 : v >> 1;
  }

  /** Returns what follows the padding, which must be zeros. */
  end(): Uint8Array {
    const padding = -this.at & 7;
    if (this.at + padding > 8 * this.b.length || this.take(padding) !== 0)
      throw new Malformed("a photograph with broken tables");
    return this.b.subarray(this.at >> 3);
  }
}
