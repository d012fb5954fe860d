import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Coding, type Display } from "../../wire";
import { FORMAT } from "./format";
import { Screen } from "./screen";
import type { Photo } from "./statements";

// Go wrote these frames, draws them, and reads the same file (capture/frame).
interface Golden {
  name: string;
  coding: number;
  epoch: number;
  displays: { id: number; width: number; height: number }[];
  frames: string[];
  error?: string;
  exact: boolean;
  pictures?: { display: number; sha256?: string; samples: number[][]; tolerance: number }[];
}

const file = new URL("../../../../capture/frame/testdata/goldens.json", import.meta.url);
const cases: Golden[] = JSON.parse(readFileSync(file, "utf8")).cases;
const announced = cases.filter((c) => c.coding !== Coding.Zstd);

/** The largest difference of two colours at the same places. */
function distance(got: number[][], want: number[][]): number {
  return Math.max(...got.flatMap((sample, i) => sample.map((v, j) => Math.abs(v - (want[i]?.[j] ?? 0)))));
}

/** Node has no JPEG decoder: what this viewer does not decode itself turns grey. */
async function grey({ width, height }: Photo): Promise<Uint32Array> {
  return new Uint32Array(width * height).fill(0xff808080);
}

function screenOf(g: Golden): Screen {
  const screen = new Screen(grey);
  const displays = g.displays.map((d): Display => ({ ...d, x: 0, y: 0, scale: 100, primary: false, name: "" }));
  screen.displays({ format: FORMAT, coding: g.coding, epoch: g.epoch, displays });
  return screen;
}

function body(frame: string): Uint8Array {
  return Uint8Array.from(Buffer.from(frame, "base64"));
}

function rgb(pixels: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(pixels.buffer);
  return Uint8Array.from({ length: pixels.length * 3 }, (_, i) => bytes[Math.floor(i / 3) * 4 + (i % 3)] as number);
}

describe("golden frames", () => {
  it.each(announced.filter((c) => !c.error).map((c) => [c.name, c] as const))("draws %s", async (_, g) => {
    const screen = screenOf(g);
    for (const f of g.frames) await screen.frame(body(f));
    for (const want of g.pictures ?? []) {
      const picture = screen.picture(want.display);
      if (!picture) throw new Error(`no picture ${want.display}`);
      expect(picture.exact).toBe(g.exact);
      const pixels = rgb(picture.pixels);
      const samples = want.samples.map(([x = 0, y = 0]) => {
        const at = 3 * (y * picture.width + x);
        return [x, y, ...pixels.subarray(at, at + 3)];
      });
      if (!want.sha256) expect(distance(samples, want.samples)).toBeLessThanOrEqual(want.tolerance);
      else expect(samples).toEqual(want.samples);
      if (want.sha256) expect(createHash("sha256").update(pixels).digest("hex")).toBe(want.sha256);
    }
    screen.close();
  });

  it.each(announced.filter((c) => c.error).map((c) => [c.name, c] as const))("refuses %s", async (_, g) => {
    const screen = screenOf(g);
    for (const f of g.frames.slice(0, -1)) await screen.frame(body(f));
    await expect(screen.frame(body(g.frames.at(-1) ?? ""))).rejects.toMatchObject({ code: "malformed" });
    screen.close();
  });

  it.each(cases.filter((c) => c.coding === Coding.Zstd).slice(0, 1))("refuses a coding it did not announce", (g) => {
    expect(() => screenOf(g)).toThrow("coding");
  });
});
