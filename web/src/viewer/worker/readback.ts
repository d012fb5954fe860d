/** What is used of a canvas. */
type Context = Pick<OffscreenCanvasRenderingContext2D, "createImageData" | "putImageData" | "getImageData">;

const SIDE = 32;

/**
 * Reports whether this browser returns the pixels that were drawn on a canvas.
 * Some change them or return others (Firefox with resistFingerprinting, Brave),
 * so that no page knows its user by them.
 */
export function readsBack(context = canvas()): boolean {
  const drawn = context.createImageData(SIDE, SIDE);
  drawn.data.forEach((_, i) => {
    drawn.data[i] = i % 4 === 3 ? 255 : i * 7;
  });
  context.putImageData(drawn, 0, 0);
  const read = context.getImageData(0, 0, SIDE, SIDE).data;
  return drawn.data.every((byte, i) => byte === read[i]);
}

function canvas(): Context {
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("this browser has no 2D canvas in workers");
  return context;
}
