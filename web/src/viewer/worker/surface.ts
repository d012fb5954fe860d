import { opaquePNG } from "../png";
import type { Picture } from "../picture/picture";

/** A picture and where its upper left corner is on the canvas. */
export interface Placed {
  picture: Picture;
  x: number;
  y: number;
}

/** What the canvas shows: pictures that do not overlap, and black between them. */
export interface View {
  width: number;
  height: number;
  pictures: readonly Placed[];
}

interface Shown extends Placed {
  image: ImageData; // the picture's own memory
}

/** Surface shows pictures on a canvas, and of them only what changed. */
export class Surface {
  private readonly context: OffscreenCanvasRenderingContext2D;
  private shown: Shown[] = [];

  constructor(private readonly canvas: OffscreenCanvas) {
    const context = canvas.getContext("2d", { alpha: false, desynchronized: true });
    if (!context) throw new Error("this browser has no 2D canvas in workers");
    this.context = context;
  }

  /** Shows other pictures, whole. Where nothing was drawn yet, what was there before stays. */
  show({ width, height, pictures }: View): void {
    const fresh = pictures.every((p) => p.picture.blank);
    if (this.canvas.width !== width || this.canvas.height !== height)
      [this.canvas.width, this.canvas.height] = [width, height];
    else if (!fresh) this.context.clearRect(0, 0, width, height);
    this.shown = pictures.map((p) => ({ ...p, image: imageOf(p.picture) }));
    for (const s of this.shown) if (!s.picture.blank) this.whole(s);
  }

  /** Draws what changed in a picture, if it is shown. */
  paint(picture: Picture): void {
    const rects = picture.damage.take();
    const s = this.shown.find((shown) => shown.picture === picture);
    if (s) for (const r of rects) this.context.putImageData(s.image, s.x, s.y, r.x, r.y, r.w, r.h);
  }

  /** Returns what is shown as a PNG. */
  async png(): Promise<Blob | undefined> {
    if (this.shown.length === 0) return undefined;
    const { width, height } = this.canvas;
    const all = new Uint32Array(width * height); // taken at once: the pictures change while this waits
    for (const s of this.shown) blit(all, width, s);
    return new Blob([await opaquePNG(new Uint8Array(all.buffer), width, height)], { type: "image/png" });
  }

  private whole(s: Shown): void {
    s.picture.damage.take();
    this.context.putImageData(s.image, s.x, s.y);
  }
}

/** Copies a picture into rows of width pixels. */
function blit(into: Uint32Array, width: number, { picture, x, y }: Placed): void {
  for (let row = 0; row < picture.height; row++) {
    const from = row * picture.width;
    into.set(picture.pixels.subarray(from, from + picture.width), (y + row) * width + x);
  }
}

function imageOf({ pixels, width, height }: Picture): ImageData {
  return new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
}
