import { type Displays, Malformed } from "../../wire";
import { Baseline } from "./baseline";
import { exact } from "./exact";
import { FORMAT, type Frame, parseFrame } from "./format";
import { Budget, Picture } from "./picture";
import { type ExactPhoto, type Photo, Scan } from "./statements";
import { type Unpacker, unpacker } from "./unpack";

/** Decodes a JPEG to its pixels, as words in the order of an ImageData; fails for what is none. */
export type DecodePhoto = (photo: Photo) => Promise<Uint32Array>;

/** Photographs of a frame with fewer pixels in all are decoded here rather than by the browser, which takes a while to answer. */
const FEW = 96 << 10;

interface Monitor {
  picture: Picture;
  unpack: Unpacker;
}

/**
 * Screen is all pictures of a conversation. Its methods must be called one
 * after the other, in the order in which messages came. An error means that the
 * conversation must end.
 */
export class Screen {
  private monitors = new Map<number, Monitor>();
  private epoch = -1;
  private coding = 0;
  private readonly baseline = new Baseline();

  constructor(private readonly decodePhoto: DecodePhoto) {}

  /** Begins anew: all pictures are black. */
  displays(d: Displays): void {
    if (d.format < 1 || d.format > FORMAT) throw new Malformed(`picture format ${d.format}`);
    this.close();
    const budget = new Budget();
    this.epoch = d.epoch;
    this.coding = d.coding;
    for (const m of d.displays)
      this.monitors.set(m.id, { picture: new Picture(m.width, m.height, budget), unpack: unpacker(d.coding) });
  }

  /** Returns the picture of a display, if there is such a display. */
  picture(display: number): Picture | undefined {
    return this.monitors.get(display)?.picture;
  }

  /** Draws a frame, all of it at once, and returns it. A frame of another epoch is not drawn. */
  async frame(body: Uint8Array): Promise<Frame> {
    const frame = parseFrame(body);
    if (frame.epoch !== this.epoch) return frame;
    const monitor = this.monitors.get(frame.display);
    if (!monitor) throw new Malformed(`frame for display ${frame.display}`);
    if (frame.reset) this.reset(monitor);
    await this.draw(monitor, frame);
    return frame;
  }

  /** Gives the pictures and all that decodes them back. */
  close(): void {
    for (const m of this.monitors.values()) m.unpack.close();
    this.monitors.clear();
  }

  private reset(m: Monitor): void {
    m.picture.reset();
    m.unpack.close();
    m.unpack = unpacker(this.coding);
  }

  private async draw({ picture, unpack }: Monitor, frame: Frame): Promise<void> {
    const unpacked = unpack.unpack(frame.packed, frame.plain);
    const plain = unpacked instanceof Promise ? await unpacked : unpacked;
    const { photos } = new Scan(plain, frame.blobs, picture);
    picture.draw(plain, photos.length === 0 ? [] : await this.photos(photos));
    picture.exact = frame.exact;
  }

  private async photos(photos: (Photo | ExactPhoto)[]): Promise<Uint32Array[]> {
    const few = photos.reduce((sum, p) => sum + p.width * p.height, 0) < FEW;
    const decode = async (p: Photo | ExactPhoto) =>
      "exact" in p
        ? exact(p.exact, p.width, p.height)
        : (few && this.baseline.decode(p.jpeg, p.width, p.height)) || this.decodePhoto(p);
    const decoded = await Promise.all(photos.map(decode)).catch(() => {
      throw new Malformed("a photograph that cannot be decoded");
    });
    decoded.forEach((pixels, i) => {
      const { width, height } = photos[i] as Photo | ExactPhoto;
      if (pixels.length !== width * height) throw new Malformed("a photograph of another size");
    });
    return decoded;
  }
}
