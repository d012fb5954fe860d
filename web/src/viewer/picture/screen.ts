import { type Displays, Malformed } from "../../wire";
import { Ans } from "./ans";
import { Baseline } from "./baseline";
import { exact } from "./exact";
import { FORMAT, type Frame, parseFrame } from "./format";
import { Budget, Picture } from "./picture";
import { type ExactPhoto, type Film, type Photo, Scan } from "./statements";
import { type Unpacker, unpacker } from "./unpack";

/** Decodes a JPEG to its pixels, as words in the order of an ImageData; fails for what is none. */
export type DecodePhoto = (photo: Photo) => Promise<Uint32Array>;

/**
 * Decodes the films of one display, one unit after the other. A unit that cannot
 * be decoded has no pixels, and neither has any after it until a key.
 */
export interface FilmDecoder {
  decode(film: Film): Promise<Uint32Array | undefined>;
  close(): void;
}

/** What a viewer can do with films. */
export interface Films {
  codecs: number; // a set of bits; 0: nothing
  open(): FilmDecoder;
}

/** Photographs of a frame with fewer pixels in all are decoded here rather than by the browser, which takes a while to answer. */
const FEW = 96 << 10;

interface Monitor {
  picture: Picture;
  unpack: Unpacker;
  ans: Ans | undefined; // from the first photograph without loss on
  films: FilmDecoder | undefined; // from the first one on
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

  constructor(
    private readonly decodePhoto: DecodePhoto,
    private readonly films?: Films,
  ) {}

  /** Begins anew: all pictures are black. */
  displays(d: Displays): void {
    if (d.format < 1 || d.format > FORMAT) throw new Malformed(`picture format ${d.format}`);
    this.close();
    const budget = new Budget();
    this.epoch = d.epoch;
    this.coding = d.coding;
    for (const m of d.displays)
      this.monitors.set(m.id, {
        picture: new Picture(m.width, m.height, budget),
        unpack: unpacker(d.coding),
        ans: undefined,
        films: undefined,
      });
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
    for (const m of this.monitors.values()) {
      m.unpack.close();
      m.films?.close();
    }
    this.monitors.clear();
  }

  private reset(m: Monitor): void {
    m.picture.reset();
    m.unpack.close();
    m.unpack = unpacker(this.coding);
    m.ans?.forget();
    m.films?.close();
    m.films = undefined;
  }

  private async draw(m: Monitor, frame: Frame): Promise<void> {
    const { picture, unpack } = m;
    const unpacked = unpack.unpack(frame.packed, frame.plain);
    const plain = unpacked instanceof Promise ? await unpacked : unpacked;
    const scan = new Scan(plain, frame.blobs, picture, this.films?.codecs);
    const photos = scan.photos;
    frame.film = scan.film;
    picture.draw(plain, photos.length === 0 ? [] : await this.photos(m, photos));
    picture.exact = frame.exact;
  }

  private async photos(m: Monitor, photos: (Photo | ExactPhoto | Film)[]): Promise<(Uint32Array | undefined)[]> {
    const few = photos.reduce((sum, p) => sum + p.width * p.height, 0) < FEW;
    const decode = async (p: Photo | ExactPhoto | Film) => {
      if ("unit" in p) return this.film(m, p);
      if ("exact" in p) return this.exact(m, p);
      return (few && this.baseline.decode(p.jpeg, p.width, p.height)) || this.decodePhoto(p);
    };
    const decoded = await Promise.all(photos.map(decode)).catch(() => {
      throw new Malformed("a photograph that cannot be decoded");
    });
    decoded.forEach((pixels, i) => {
      const { width, height } = photos[i] as Photo;
      if (pixels && pixels.length !== width * height) throw new Malformed("a photograph of another size");
    });
    return decoded;
  }

  private exact(m: Monitor, p: ExactPhoto): Uint32Array {
    if (!p.ans) return exact(p.exact, p.width, p.height);
    m.ans ??= new Ans();
    return m.ans.decode(p.exact, p.width, p.height);
  }

  private film(m: Monitor, film: Film): Promise<Uint32Array | undefined> {
    m.films ??= this.films?.open();
    return m.films?.decode(film) ?? Promise.resolve(undefined);
  }
}
