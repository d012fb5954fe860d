import { FILM_CODECS } from "../picture/format";
import type { FilmDecoder, Films } from "../picture/screen";
import type { Film } from "../picture/statements";

/** What WebCodecs calls the codecs: of those with levels, one that takes every size that is sent. */
const CODECS: Readonly<Record<number, string>> = { 1: "vp8", 3: "avc1.640033" };

/** The colours of films: those of VP8, which cannot say them; H.264 says the same. */
const colorSpace = { primaries: "bt709", transfer: "iec61966-2-1", matrix: "smpte170m", fullRange: false } as const;

/** In this order: where the processor decodes, the pixels need not come back from elsewhere. */
const PLACES = ["prefer-software", "no-preference"] as const;

/** How long a unit may take, in ms. A decoder that waits for more units than one is of no use. */
const WITHIN = 2000;

type Config = VideoDecoderConfig & { colorSpace: VideoColorSpaceInit };

/** How long the browser may take to say what it decodes, in ms: the screen waits for that. */
const ANSWER = 500;

/**
 * Returns what this browser can do with films; failed is called when one could
 * not be decoded. It always answers within ANSWER: what the browser has not said
 * it decodes by then, it does not.
 */
export async function films(failed: () => void): Promise<Films> {
  const configs = await within(ANSWER, new Map<number, Config>(), known());
  const codecs = [...configs.keys()].reduce((set, codec) => set | (FILM_CODECS[codec]?.bit ?? 0), 0);
  const create = (output: (f: VideoFrame) => void, error: () => void) => new VideoDecoder({ output, error });
  return { codecs, open: () => new FilmStream(configs, create, canvasReader(), failed) };
}

/** Settles with what an answer says, or with otherwise if it fails or takes more than so many ms. */
function within<T>(ms: number, otherwise: T, answer: Promise<T>): Promise<T> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(otherwise), ms);
    void answer
      .catch(() => otherwise)
      .then((value) => {
        clearTimeout(timer);
        done(value);
      });
  });
}

/** Returns how the decoders are set up that this browser has. */
async function known(): Promise<Map<number, Config>> {
  const codecs = Object.keys(CODECS).map(Number);
  const found = await Promise.all(codecs.map(async (codec) => [codec, await supported(codec)] as const));
  return new Map(found.flatMap(([codec, config]) => (config ? [[codec, config]] : [])));
}

async function supported(codec: number): Promise<Config | undefined> {
  if (typeof VideoDecoder === "undefined") return undefined;
  for (const hardwareAcceleration of PLACES) {
    const config = { codec: CODECS[codec] ?? "", optimizeForLatency: true, hardwareAcceleration, colorSpace };
    const answer = await VideoDecoder.isConfigSupported(config).catch(() => undefined);
    if (answer?.supported) return config;
  }
  return undefined;
}

/** Returns the pixels of a picture at the size it is drawn in. */
export type ReadPicture = (frame: VideoFrame, width: number, height: number) => Uint32Array;

/** Reads by drawing on a canvas in main memory, which every browser can, whatever form the picture has. */
function canvasReader(): ReadPicture {
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("this browser has no 2D canvas in workers");
  return (frame, width, height) => {
    if (canvas.width < width) canvas.width = width;
    if (canvas.height < height) canvas.height = height;
    context.drawImage(frame, 0, 0, width, height);
    return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  };
}

/** Makes a decoder that hands its pictures to output. */
export type CreateDecoder = (output: (f: VideoFrame) => void, error: () => void) => VideoDecoder;

interface Waiting {
  film: Film;
  timer: ReturnType<typeof setTimeout>;
  done(pixels: Uint32Array | undefined): void;
}

/** FilmStream decodes one display's films with WebCodecs. */
export class FilmStream implements FilmDecoder {
  private decoder: VideoDecoder | undefined; // undefined: nothing can be decoded until a key
  private waiting: Waiting[] = [];
  private count = 0;

  constructor(
    private readonly configs: ReadonlyMap<number, VideoDecoderConfig>,
    private readonly create: CreateDecoder,
    private readonly read: ReadPicture,
    private readonly failed: () => void,
  ) {}

  decode(film: Film): Promise<Uint32Array | undefined> {
    return new Promise((done) => {
      try {
        if (film.key) this.begin(film.codec);
        if (!this.decoder) return done(undefined);
        const chunk = { type: film.key ? "key" : "delta", timestamp: this.count++, data: film.unit } as const;
        this.waiting.push({ film, done, timer: setTimeout(() => this.fail(), WITHIN) });
        this.decoder.decode(new EncodedVideoChunk(chunk));
      } catch {
        this.fail();
        done(undefined);
      }
    });
  }

  close(): void {
    if (this.decoder && this.decoder.state !== "closed") this.decoder.close();
    this.decoder = undefined;
    for (const w of this.waiting.splice(0)) this.settle(w, undefined);
  }

  private begin(codec: number): void {
    this.close();
    const mine = () => this.decoder === decoder;
    const decoder = this.create(
      (frame) => (mine() ? this.output(frame) : frame.close()),
      () => mine() && this.fail(),
    );
    this.decoder = decoder;
    decoder.configure(this.configs.get(codec) as VideoDecoderConfig);
  }

  private output(frame: VideoFrame): void {
    const next = this.waiting.shift();
    try {
      if (next) this.settle(next, this.read(frame, next.film.width, next.film.height));
    } catch {
      if (next) this.settle(next, undefined);
      this.fail();
    }
    frame.close();
  }

  private settle(w: Waiting, pixels: Uint32Array | undefined): void {
    clearTimeout(w.timer);
    w.done(pixels);
  }

  /** Gives the stream up. */
  private fail(): void {
    this.close();
    this.failed();
  }
}
