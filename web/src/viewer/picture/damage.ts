import { TILE } from "./format";

/** A rectangle in pixels of a display. */
export interface Rect {
  x: number;
  y: number;
  w: number;
  h: number;
}

/**
 * Damage remembers what of a picture was drawn: up to a few rectangles as they
 * are, more of them by tiles. So a blinking cursor stays small, and 100,000
 * statements become a handful of rectangles.
 */
export class Damage {
  private rects: Rect[] = [];
  private readonly columns: number;
  private readonly rows: number;
  private tiles: Uint8Array | undefined; // instead of rects, when there are many

  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly few = 8,
  ) {
    this.columns = Math.ceil(width / TILE);
    this.rows = Math.ceil(height / TILE);
  }

  add(x: number, y: number, w: number, h: number): void {
    if (this.tiles) this.mark(this.tiles, x, y, w, h);
    else if (this.rects.length < this.few) this.rects.push({ x, y, w, h });
    else {
      this.tiles = new Uint8Array(this.columns * this.rows);
      for (const r of this.rects) this.mark(this.tiles, r.x, r.y, r.w, r.h);
      this.mark(this.tiles, x, y, w, h);
    }
  }

  /** Returns the rectangles that cover all damage, and forgets it. */
  take(): Rect[] {
    const rects = this.tiles ? this.merge(this.tiles) : this.rects;
    this.rects = [];
    this.tiles = undefined;
    return rects;
  }

  private mark(tiles: Uint8Array, x: number, y: number, w: number, h: number): void {
    const [left, right] = [Math.floor(x / TILE), Math.floor((x + w - 1) / TILE)];
    for (let row = Math.floor(y / TILE); row <= Math.floor((y + h - 1) / TILE); row++)
      tiles.fill(1, row * this.columns + left, row * this.columns + right + 1);
  }

  /** Joins tiles to runs, and equal runs of rows below each other. */
  private merge(tiles: Uint8Array): Rect[] {
    const done: Rect[] = [];
    let open = new Map<string, Rect>();
    for (let row = 0; row < this.rows; row++) {
      const still = new Map<string, Rect>();
      for (const run of this.runs(tiles, row)) {
        const key = `${run.x},${run.w}`;
        const above = open.get(key);
        if (above) above.h += run.h;
        else done.push(run);
        still.set(key, above ?? run);
      }
      open = still;
    }
    return done;
  }

  private *runs(tiles: Uint8Array, row: number): Generator<Rect> {
    const base = row * this.columns;
    const h = Math.min(TILE, this.height - row * TILE);
    for (let c = 0; c < this.columns; c++) {
      if (!tiles[base + c]) continue;
      const from = c;
      while (c + 1 < this.columns && tiles[base + c + 1]) c++;
      yield { x: from * TILE, y: row * TILE, w: Math.min((c + 1) * TILE, this.width) - from * TILE, h };
    }
  }
}
