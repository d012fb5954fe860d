import { unzigzag } from "./huffman";

/** The inverse cosine transform of 8 by 8 coefficients, after Arai, Agui and Nakajima (1988). */

/** What the transform leaves to the quantiser. */
const SCALE = Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2));

const C2 = 2 * Math.cos(Math.PI / 8);
const DIFFERENCE = 2 * (Math.cos(Math.PI / 8) - Math.cos((3 * Math.PI) / 8));
const SUM = 2 * (Math.cos(Math.PI / 8) + Math.cos((3 * Math.PI) / 8));

/** Returns a quantiser, given in the order in which coefficients come, as factors of coefficients for idct. */
export function scaled(quantiser: Uint8Array): Float64Array {
  return Float64Array.from(
    unzigzag(quantiser),
    (q, i) => (q * (SCALE[i >> 3] as number) * (SCALE[i & 7] as number)) / 8,
  );
}

/** Transforms a block, which is lost, and writes its values, shifted to 0 to 255. Extent 0: there is but the first coefficient. */
export function idct(block: Float64Array, extent: number, to: Uint8ClampedArray, at: number, stride: number): void {
  if (extent === 0) {
    const flat = (block[0] as number) + 128;
    for (let y = 0; y < 8; y++) to.fill(flat, at + y * stride, at + y * stride + 8);
    return;
  }
  for (let x = 0; x < 8; x++) line(block, x, 8);
  for (let y = 0; y < 8; y++) {
    line(block, y * 8, 1);
    for (let x = 0; x < 8; x++) to[at + y * stride + x] = (block[y * 8 + x] as number) + 128;
  }
}

/** Transforms eight numbers in place, from the index i on, step apart. */
function line(b: Float64Array, i: number, step: number): void {
  const i1 = i + step;
  const i2 = i1 + step;
  const i3 = i2 + step;
  const i4 = i3 + step;
  const i5 = i4 + step;
  const i6 = i5 + step;
  const i7 = i6 + step;
  const sum04 = (b[i] as number) + (b[i4] as number);
  const dif04 = (b[i] as number) - (b[i4] as number);
  const sum26 = (b[i2] as number) + (b[i6] as number);
  const rot26 = ((b[i2] as number) - (b[i6] as number)) * Math.SQRT2 - sum26;
  const e0 = sum04 + sum26;
  const e1 = dif04 + rot26;
  const e2 = dif04 - rot26;
  const e3 = sum04 - sum26;
  const sum53 = (b[i5] as number) + (b[i3] as number);
  const dif53 = (b[i5] as number) - (b[i3] as number);
  const sum17 = (b[i1] as number) + (b[i7] as number);
  const dif17 = (b[i1] as number) - (b[i7] as number);
  const z = (dif53 + dif17) * C2;
  const o7 = sum17 + sum53;
  const o6 = z - dif53 * SUM - o7;
  const o5 = (sum17 - sum53) * Math.SQRT2 - o6;
  const o4 = z - dif17 * DIFFERENCE - o5;
  b[i] = e0 + o7;
  b[i7] = e0 - o7;
  b[i1] = e1 + o6;
  b[i6] = e1 - o6;
  b[i2] = e2 + o5;
  b[i5] = e2 - o5;
  b[i3] = e3 + o4;
  b[i4] = e3 - o4;
}
