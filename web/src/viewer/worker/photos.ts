import { Malformed } from "../../wire";
import { Baseline } from "../picture/baseline";
import type { DecodePhoto } from "../picture/screen";
import type { Photo } from "../picture/statements";

/**
 * Returns a decoder of photographs by the browser's own JPEG decoder, off this
 * thread. The pixels are read back through one canvas that the browser keeps in
 * main memory, because a GPU would make that wait.
 */
export function photoDecoder(): DecodePhoto {
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("this browser has no 2D canvas in workers");
  return async ({ jpeg, width, height }: Photo) => {
    const blob = new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: "image/jpeg" });
    const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", imageOrientation: "none" });
    try {
      if (bitmap.width !== width || bitmap.height !== height) throw new RangeError("another size than the header says");
      if (canvas.width < width) canvas.width = width;
      if (canvas.height < height) canvas.height = height;
      context.drawImage(bitmap, 0, 0);
      return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    } finally {
      bitmap.close();
    }
  };
}

/** Returns a slower decoder, of the agent's photographs alone, for a browser that does not return what was drawn. */
export function ownDecoder(): DecodePhoto {
  const baseline = new Baseline();
  return async ({ jpeg, width, height }: Photo) => {
    const pixels = baseline.decode(jpeg, width, height);
    if (!pixels) throw new Malformed("a photograph that no agent writes");
    return pixels;
  };
}
