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
    const copy = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    const context = copy.getContext("2d", { alpha: false });
    for (const s of this.shown) context?.putImageData(s.image, s.x, s.y);
    return copy.convertToBlob({ type: "image/png" });
  }

  private whole(s: Shown): void {
    s.picture.damage.take();
    this.context.putImageData(s.image, s.x, s.y);
  }
}

function imageOf({ pixels, width, height }: Picture): ImageData {
  return new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
}
