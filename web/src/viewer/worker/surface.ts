import type { Picture } from "../picture/picture";

/** Surface shows one picture at a time on a canvas, and of it only what changed. */
export class Surface {
  private readonly context: OffscreenCanvasRenderingContext2D;
  private picture: Picture | undefined;
  private image: ImageData | undefined; // the picture's own memory

  constructor(private readonly canvas: OffscreenCanvas) {
    const context = canvas.getContext("2d", { alpha: false, desynchronized: true });
    if (!context) throw new Error("this browser has no 2D canvas in workers");
    this.context = context;
  }

  /** Shows another picture, whole. */
  show(picture: Picture): void {
    const { width, height, pixels } = picture;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.picture = picture;
    this.image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
    picture.damage.take();
    this.context.putImageData(this.image, 0, 0);
  }

  /** Draws what changed in a picture, if it is the one that is shown. */
  paint(picture: Picture): void {
    const rects = picture.damage.take();
    if (picture !== this.picture || !this.image) return;
    for (const r of rects) this.context.putImageData(this.image, 0, 0, r.x, r.y, r.w, r.h);
  }

  /** Returns the picture that is shown as a PNG. */
  async png(): Promise<Blob | undefined> {
    if (!this.image) return undefined;
    const copy = new OffscreenCanvas(this.image.width, this.image.height);
    copy.getContext("2d", { alpha: false })?.putImageData(this.image, 0, 0);
    return copy.convertToBlob({ type: "image/png" });
  }
}
