import { Malformed } from "../../wire";
import { FILM_CODECS, MAX_BLOB, MAX_OPS, MAX_PAINT, Op, SLOTS, TILE } from "./format";
import { checkSize, complete, tablesOf } from "./jpeg";

/** A photograph of a frame: a whole JPEG of exactly that size. */
export interface Photo {
  jpeg: Uint8Array;
  width: number;
  height: number;
}

/** One without loss (exact.ts, or ans.ts). */
export interface ExactPhoto {
  exact: Uint8Array;
  ans: boolean;
  width: number;
  height: number;
}

/** A picture of a film: an access unit of the display's stream, and the size it is drawn in. */
export interface Film {
  codec: number;
  key: boolean; // a stream begins
  unit: Uint8Array;
  width: number;
  height: number;
}

/** What a frame's statements are about. */
export interface Canvas {
  width: number;
  height: number;
  tables: Uint8Array | undefined; // of the last whole JPEG
}

/** Bytes of the operands that follow the code of a statement and have a fixed length. */
const OPERANDS: Record<number, number> = {
  [Op.Copy]: 12,
  [Op.Fill]: 11,
  [Op.Palette]: 9,
  [Op.Plain]: 8,
  [Op.Gradient]: 8,
  [Op.Store]: 4,
  [Op.Cached]: 4,
  [Op.Photo]: 13,
  [Op.Video]: 14,
  [Op.Part]: 10,
};

/** Bits of one index into a palette of n colours. */
export function indexBits(n: number): number {
  return n <= 2 ? 1 : n <= 4 ? 2 : 4;
}

/**
 * Scan checks a frame's statements against every limit of the format without
 * drawing anything, and collects its photographs. What it lets through can be
 * drawn without further checks, but for two that need the picture's state: the
 * value of palette indices, and what a slot holds.
 */
export class Scan {
  readonly photos: (Photo | ExactPhoto | Film)[] = [];
  film = 0; // codec of its films; 0: there are none
  private paint: number;
  private blob = 0;

  constructor(
    private readonly b: Uint8Array,
    private readonly blobs: Uint8Array,
    private readonly canvas: Canvas,
    private readonly films = 0, // codecs that were announced, a set of bits
  ) {
    this.paint = MAX_PAINT * canvas.width * canvas.height;
    let ops = 0;
    for (let at = 0; at < b.length; ops++) {
      if (ops === MAX_OPS) throw new Malformed("too many statements in a frame");
      at = this.statement(at);
    }
    if (this.blob !== blobs.length) throw new Malformed("bytes after the blobs of a frame");
  }

  private statement(at: number): number {
    const op = this.b[at] as number;
    const fixed = OPERANDS[op];
    if (fixed === undefined) throw new Malformed(`unknown statement ${op}`);
    const next = this.upTo(at + 1 + fixed);
    if (op === Op.Store || op === Op.Cached) this.tile(at + 1);
    else this.rectangle(at + 1);
    const pixels = this.u16(at + 5) * this.u16(at + 7);
    switch (op) {
      case Op.Copy:
        this.inside(this.u16(at + 9), this.u16(at + 11), this.u16(at + 5), this.u16(at + 7));
        return next;
      case Op.Palette:
        return this.upTo(next + this.paletteBytes(at));
      case Op.Plain:
      case Op.Gradient:
        return this.upTo(next + 3 * pixels);
      case Op.Part:
        this.part(at + 1);
        return next;
      case Op.Photo:
        this.photo(at);
        return next;
      case Op.Video:
        this.video(at);
        return next;
      default:
        return next;
    }
  }

  private paletteBytes(at: number): number {
    const n = this.b[at + 9] as number;
    if (n < 2 || n > 16) throw new Malformed(`palette of ${n} colours`);
    return 3 * n + this.u16(at + 7) * ((this.u16(at + 5) * indexBits(n) + 7) >> 3);
  }

  private photo(at: number): void {
    const [width, height, codec] = [this.u16(at + 5), this.u16(at + 7), this.b[at + 9]];
    const blob = this.take(at + 10);
    if (codec === 3 || codec === 4) {
      this.photos.push({ exact: blob, ans: codec === 4, width, height });
      return;
    }
    const jpeg = this.whole(codec, blob);
    checkSize(jpeg, width, height);
    this.photos.push({ jpeg, width, height });
  }

  private video(at: number): void {
    const [width, height] = [this.u16(at + 5), this.u16(at + 7)];
    const [codec, flags] = [this.b[at + 9] as number, this.b[at + 10] as number];
    const bit = FILM_CODECS[codec]?.bit ?? 0;
    if ((this.films & bit) === 0) throw new Malformed("video that this viewer did not announce");
    if (flags > 1) throw new Malformed("video with unknown flags");
    this.film = codec;
    this.photos.push({ codec, key: flags === 1, unit: this.take(at + 11), width, height });
  }

  /** Returns the next blob, whose length stands there. */
  private take(at: number): Uint8Array {
    const length = this.u16(at) * 65536 + this.u16(at + 2);
    if (length > MAX_BLOB || this.blob + length > this.blobs.length) throw new Malformed(`blob of ${length} bytes`);
    this.blob += length;
    return this.blobs.subarray(this.blob - length, this.blob);
  }

  private whole(codec: number | undefined, blob: Uint8Array): Uint8Array {
    if (codec === 1) {
      this.canvas.tables = tablesOf(blob);
      return blob;
    }
    if (codec !== 2) throw new Malformed(`unknown codec ${codec} of a photograph`);
    if (!this.canvas.tables) throw new Malformed("a photograph without tables before any with");
    return complete(blob, this.canvas.tables);
  }

  /** A part lies inside one tile. */
  private part(at: number): void {
    const [x, y, w, h, slot] = [this.u16(at), this.u16(at + 2), this.u16(at + 4), this.u16(at + 6), this.u16(at + 8)];
    if ((x % TILE) + w > TILE || (y % TILE) + h > TILE) throw new Malformed("a part of more than one tile");
    if (slot >= SLOTS) throw new Malformed(`slot ${slot}`);
  }

  private rectangle(at: number): void {
    this.inside(this.u16(at), this.u16(at + 2), this.u16(at + 4), this.u16(at + 6));
    this.spend(this.u16(at + 4) * this.u16(at + 6));
  }

  private inside(x: number, y: number, w: number, h: number): void {
    if (w === 0 || h === 0 || x + w > this.canvas.width || y + h > this.canvas.height)
      throw new Malformed(`rectangle ${w}x${h}+${x}+${y} in ${this.canvas.width}x${this.canvas.height}`);
  }

  private tile(at: number): void {
    const [tile, slot] = [this.u16(at), this.u16(at + 2)];
    const columns = Math.ceil(this.canvas.width / TILE);
    if (tile >= columns * Math.ceil(this.canvas.height / TILE)) throw new Malformed(`tile ${tile}`);
    if (slot >= SLOTS) throw new Malformed(`slot ${slot}`);
    const [x, y] = [(tile % columns) * TILE, Math.floor(tile / columns) * TILE];
    this.spend(Math.min(TILE, this.canvas.width - x) * Math.min(TILE, this.canvas.height - y));
  }

  private spend(pixels: number): void {
    this.paint -= pixels;
    if (this.paint < 0) throw new Malformed("a frame that paints too much");
  }

  private upTo(end: number): number {
    if (end > this.b.length) throw new Malformed("a statement that ends too early");
    return end;
  }

  private u16(at: number): number {
    return ((this.b[at] as number) << 8) | (this.b[at + 1] as number);
  }
}
