import { describe, expect, it } from "vitest";
import { Malformed } from "../../wire";
import { Baseline } from "./baseline";
import { idct, scaled } from "./idct";
import { tablesOf } from "./jpeg";
import { photograph } from "./testdata";

/** The transform as T.81, A.3.3 writes it down. */
function slow(block: Float64Array): number[] {
  const c = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
  return Array.from({ length: 64 }, (_, at) => {
    const [y, x] = [at >> 3, at & 7];
    let sum = 0;
    for (let v = 0; v < 8; v++)
      for (let u = 0; u < 8; u++)
        sum +=
          c(u) * c(v) * (block[v * 8 + u] as number) * Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16); // biome-ignore format: the formula
    return sum / 4 + 128;
  });
}

/** Numbers that look random and are the same every time. */
function* numbers(seed: number): Generator<number, never> {
  for (let v = seed; ; ) {
    v = (Math.imul(v, 1664525) + 1013904223) >>> 0;
    yield v >>> 8;
  }
}

describe("idct", () => {
  it("equals the definition", () => {
    const random = numbers(1);
    const factors = scaled(new Uint8Array(64).fill(1));
    for (let round = 0; round < 50; round++) {
      const block = Float64Array.from({ length: 64 }, (_, k) => (k < 20 ? (random.next().value % 200) - 100 : 0));
      const want = Uint8ClampedArray.from(slow(block));
      const got = new Uint8ClampedArray(64);
      idct(block.map((v, k) => v * (factors[k] as number)), 63, got, 0, 8); // biome-ignore format: one call
      const off = Array.from(got, (v, k) => Math.abs(v - (want[k] as number)));
      expect(Math.max(...off)).toBeLessThanOrEqual(1);
    }
  });
});

describe("Baseline", () => {
  const { jpeg, width, height } = photograph();

  it("decodes what the agent writes, the same every time", () => {
    const baseline = new Baseline();
    const first = baseline.decode(jpeg, width, height);
    expect(first).toHaveLength(width * height);
    expect(new Set(first).size).toBeGreaterThan(16);
    expect(baseline.decode(jpeg, width, height)).toEqual(first);
  });

  it.each<[string, (b: Uint8Array) => void]>([
    ["progressive", (b) => b.set([0xc2], b.indexOf(0xc0))],
    ["of another sampling", (b) => b.set([0x11], b.indexOf(0x22))],
    ["without its tables", (b) => b.fill(0xe0, 3, 4)],
  ])("leaves a JPEG %s to the browser", (_, change) => {
    const other = jpeg.slice();
    change(other);
    expect(new Baseline().decode(other, width, height)).toBeUndefined();
  });

  it("is not harmed by broken ones", () => {
    const random = numbers(7);
    const baseline = new Baseline();
    expect(tablesOf(jpeg).length).toBeGreaterThan(100);
    for (let round = 0; round < 2000; round++) {
      const broken = jpeg.slice(0, round % 3 ? jpeg.length : random.next().value % jpeg.length);
      for (let n = random.next().value % 4; n >= 0; n--)
        broken[random.next().value % jpeg.length] = random.next().value & 255;
      try {
        const pixels = baseline.decode(broken, width, height);
        expect(pixels?.length ?? width * height).toBe(width * height);
      } catch (err) {
        expect(err).toBeInstanceOf(Malformed);
      }
    }
  });
});
