import { expect, it } from "vitest";
import { readsBack } from "./readback";

/** A canvas that returns what was drawn, but for some bytes. */
function canvas(change: (byte: number, i: number) => number) {
  let drawn = new Uint8ClampedArray();
  const image = (data: Uint8ClampedArray) => ({ data }) as unknown as ImageData;
  return {
    createImageData: (w: number, h: number) => image(new Uint8ClampedArray(w * h * 4)),
    putImageData: ({ data }: ImageData) => {
      drawn = data.slice();
    },
    getImageData: () => image(drawn.map(change)),
  } as unknown as Parameters<typeof readsBack>[0];
}

it.each<[string, (byte: number, i: number) => number, boolean]>([
  ["what was drawn", (byte) => byte, true],
  ["one bit that was not", (byte, i) => (i === 2222 ? byte ^ 1 : byte), false],
  ["white", () => 255, false],
])("readsBack of %s", (_, change, faithful) => {
  expect(readsBack(canvas(change))).toBe(faithful);
});
