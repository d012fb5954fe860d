import { Malformed } from "../../wire";
import { Damage } from "./damage";
import { MAX_CACHED, Op, TILE } from "./format";
import { type Area, cut, fill, gradient, move, palette, plain, put, take } from "./pixels";
import { indexBits } from "./statements";

/** Counts the pixels in the slots of all displays, which have one limit together. */
export class Budget {
  private left = MAX_CACHED;

  /** Takes pixels, or gives back a negative number of them. */
  spend(pixels: number): void {
    this.left -= pixels;
    if (this.left < 0) throw new Malformed("more tiles kept than a viewer must keep");
  }
}

/**
 * Picture is one display: pixels as words in memory (bytes R, G, B, A), its
 * cache of tiles, and what was drawn since somebody last asked.
 */
export class Picture {
  readonly pixels: Uint32Array<ArrayBuffer>;
  readonly damage: Damage;
  tables: Uint8Array | undefined;
  exact = false;
  blank = true; // until something is drawn
  private slots = new Map<number, Uint32Array>();

  constructor(
    readonly width: number,
    readonly height: number,
    private readonly budget: Budget,
  ) {
    this.pixels = new Uint32Array(width * height).fill(0xff000000);
    this.damage = new Damage(width, height);
    this.damage.add(0, 0, width, height);
  }

  /** Forgets the cache and the tables of photographs; the pixels stay. */
  reset(): void {
    for (const tile of this.slots.values()) this.budget.spend(-tile.length);
    this.slots.clear();
    this.tables = undefined;
  }

  /** Carries out statements that Scan let through, with the pixels of their photographs and films; a film without pixels is not drawn. */
  draw(b: Uint8Array, photos: (Uint32Array | undefined)[]): void {
    let photo = 0;
    this.blank = false;
    for (let at = 0; at < b.length; ) {
      const op = b[at] as number;
      if (op === Op.Photo || op === Op.Video) {
        const pixels = photos[photo++];
        if (pixels) this.photo(b, at + 1, pixels);
        at += op === Op.Photo ? 14 : 15;
      } else if (op === Op.Store || op === Op.Cached) at = this.tile(b, at + 1, op);
      else at = this.rectangle(b, at + 1, op);
    }
  }

  private rectangle(b: Uint8Array, at: number, op: number): number {
    const [x, y, w, h] = [u16(b, at), u16(b, at + 2), u16(b, at + 4), u16(b, at + 6)];
    this.damage.add(x, y, w, h);
    const to = { words: this.pixels, stride: this.width, at: y * this.width + x, w, h };
    const data = at + 8;
    switch (op) {
      case Op.Copy:
        move(to, u16(b, data + 2) * this.width + u16(b, data));
        return data + 4;
      case Op.Fill:
        fill(to, b, data);
        return data + 3;
      case Op.Part:
        this.part(to, x, y, u16(b, data));
        return data + 2;
      case Op.Plain:
        plain(to, b, data);
        return data + 3 * w * h;
      case Op.Gradient:
        gradient(to, b, data);
        return data + 3 * w * h;
      default: {
        const n = b[data] as number;
        const bits = indexBits(n);
        palette(to, b, data + 1, n, bits);
        return data + 1 + 3 * n + h * ((w * bits + 7) >> 3);
      }
    }
  }

  /** Draws the part of what a slot holds that lies in its tile where x and y lie in theirs. */
  private part(to: Area, x: number, y: number, slot: number): void {
    const [left, top] = [x - (x % TILE), y - (y % TILE)];
    const w = Math.min(TILE, this.width - left);
    const tile = this.held(slot, w, Math.min(TILE, this.height - top));
    cut(to, tile, w, (y - top) * w + x - left);
  }

  private photo(b: Uint8Array, at: number, pixels: Uint32Array): void {
    const [x, y, w, h] = [u16(b, at), u16(b, at + 2), u16(b, at + 4), u16(b, at + 6)];
    this.damage.add(x, y, w, h);
    put({ words: this.pixels, stride: this.width, at: y * this.width + x, w, h }, pixels);
  }

  private tile(b: Uint8Array, at: number, op: number): number {
    const [tile, slot] = [u16(b, at), u16(b, at + 2)];
    const columns = Math.ceil(this.width / TILE);
    const [x, y] = [(tile % columns) * TILE, Math.floor(tile / columns) * TILE];
    const [w, h] = [Math.min(TILE, this.width - x), Math.min(TILE, this.height - y)];
    const place = { words: this.pixels, stride: this.width, at: y * this.width + x, w, h };
    if (op === Op.Store) take(place, this.slot(slot, w * h));
    else {
      put(place, this.held(slot, w, h));
      this.damage.add(x, y, w, h);
    }
    return at + 4;
  }

  /** Returns the memory of a slot for so many pixels, within the budget. */
  private slot(slot: number, pixels: number): Uint32Array {
    const old = this.slots.get(slot);
    if (old?.length === pixels) return old;
    this.budget.spend(pixels - (old?.length ?? 0));
    const fresh = new Uint32Array(pixels);
    this.slots.set(slot, fresh);
    return fresh;
  }

  private held(slot: number, w: number, h: number): Uint32Array {
    const tile = this.slots.get(slot);
    if (tile?.length !== w * h) throw new Malformed(`slot ${slot} holds no tile of ${w} by ${h}`);
    return tile;
  }
}

function u16(b: Uint8Array, at: number): number {
  return ((b[at] as number) << 8) | (b[at + 1] as number);
}
