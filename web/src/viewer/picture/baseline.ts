/**
 * The JPEG that the agent writes (capture/encode/jpeg): baseline, 4:2:0, one
 * scan, no restart intervals (ITU-T T.81). A small photograph is decoded here
 * within a fraction of the time that handing it to the browser's decoder and
 * waiting for its answer takes. Any other JPEG is the browser's.
 */

import { Bits, Huffman } from "./huffman";
import { idct, scaled } from "./idct";
import { segments } from "./jpeg";

const [DQT, DHT, DRI, SOF0, SOS] = [0xdb, 0xc4, 0xdd, 0xc0, 0xda];

/** Components as their headers have them: identifier, sampling, table; and identifier, tables in the scan. */
const FRAME = [1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
const SCAN = [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0];

/** The side of what is coded at once: four blocks of luma and one of each chroma. */
const UNIT = 16;

/** Baseline decodes one JPEG after the other, and keeps the tables of the last. */
export class Baseline {
  private readonly quantisers: Float64Array[] = [];
  private readonly dc: Huffman[] = [];
  private readonly ac: Huffman[] = [];
  private readonly block = new Float64Array(64);
  private readonly luma = new Uint8ClampedArray(UNIT * UNIT);
  private readonly blue = new Uint8ClampedArray(64);
  private readonly red = new Uint8ClampedArray(64);

  /** Returns the pixels of a JPEG of that size, or nothing for one that is not of this kind, or is broken. */
  decode(jpeg: Uint8Array, width: number, height: number): Uint32Array | undefined {
    const start = this.head(jpeg);
    if (start === 0) return undefined;
    const bits = new Bits(jpeg, start);
    const pixels = new Uint32Array(width * height);
    const bytes = new Uint8ClampedArray(pixels.buffer);
    const last = [0, 0, 0];
    for (let y = 0; y < height; y += UNIT)
      for (let x = 0; x < width; x += UNIT) {
        if (!this.unit(bits, last)) return undefined;
        this.colour(bytes, x, y, width, height);
      }
    return pixels;
  }

  /** Reads the tables and returns where the scan begins; 0 if the JPEG is of another kind. */
  private head(jpeg: Uint8Array): number {
    let framed = false;
    for (const { marker, bytes } of segments(jpeg)) {
      if (marker === DQT && !this.quantise(bytes)) return 0;
      if (marker === DHT && !this.huffman(bytes)) return 0;
      if (marker === DRI || (marker > SOF0 && marker <= 0xcf && marker !== DHT)) return 0;
      if (marker === SOF0) framed = bytes[4] === 8 && bytes[9] === 3 && equal(bytes.subarray(10), FRAME);
      if (marker === SOS && framed && equal(bytes.subarray(4), SCAN) && this.complete())
        return bytes.byteOffset + bytes.length - jpeg.byteOffset;
    }
    return 0;
  }

  private complete(): boolean {
    return [this.quantisers, this.dc, this.ac].every((tables) => tables[0] && tables[1]);
  }

  private quantise(segment: Uint8Array): boolean {
    for (let at = 4; at < segment.length; at += 65) {
      const id = segment[at] as number;
      if (id > 1 || at + 65 > segment.length) return false; // 16 bits, or a table that baseline has not
      this.quantisers[id] = scaled(segment.subarray(at + 1, at + 65));
    }
    return true;
  }

  private huffman(segment: Uint8Array): boolean {
    for (let at = 4; at < segment.length; ) {
      const id = segment[at] as number;
      const counts = segment.subarray(at + 1, at + 17);
      const end = at + 17 + counts.reduce((sum, n) => sum + n, 0);
      if ((id & 0xee) !== 0 || end > segment.length) return false;
      const tables = id & 0x10 ? this.ac : this.dc;
      const spec = segment.subarray(at + 1, end);
      if (!tables[id & 1]?.isOf(spec)) tables[id & 1] = new Huffman(spec.slice());
      at = end;
    }
    return true;
  }

  private unit(bits: Bits, last: number[]): boolean {
    for (let i = 0; i < 4; i++)
      if (!this.plane(bits, last, 0, this.luma, (i >> 1) * 8 * UNIT + (i & 1) * 8, UNIT)) return false;
    return this.plane(bits, last, 1, this.blue, 0, 8) && this.plane(bits, last, 2, this.red, 0, 8);
  }

  /** Decodes a block of a component into a plane. */
  private plane(
    bits: Bits,
    last: number[],
    component: number,
    to: Uint8ClampedArray,
    at: number,
    stride: number,
  ): boolean {
    const table = component === 0 ? 0 : 1;
    const quantiser = this.quantisers[table] as Float64Array;
    const { block } = this;
    const extent = bits.block(block, quantiser, this.dc[table] as Huffman, this.ac[table] as Huffman, last, component);
    if (extent < 0) return false;
    idct(block, extent, to, at, stride);
    return true;
  }

  /** Turns the unit at x, y into pixels, as far as it is within the picture. */
  private colour(to: Uint8ClampedArray, x: number, y: number, width: number, height: number): void {
    const { luma, blue, red } = this;
    const [w, h] = [Math.min(UNIT, width - x), Math.min(UNIT, height - y)];
    for (let row = 0; row < h; row++) {
      let out = ((y + row) * width + x) * 4;
      const chroma = (row >> 1) * 8;
      for (let column = 0; column < w; column++, out += 4) {
        const l = luma[row * UNIT + column] as number;
        const cb = (blue[chroma + (column >> 1)] as number) - 128;
        const cr = (red[chroma + (column >> 1)] as number) - 128;
        to[out] = l + 1.402 * cr;
        to[out + 1] = l - 0.344136 * cb - 0.714136 * cr;
        to[out + 2] = l + 1.772 * cb;
        to[out + 3] = 255;
      }
    }
  }
}

function equal(bytes: Uint8Array, want: readonly number[]): boolean {
  return bytes.length === want.length && want.every((v, i) => bytes[i] === v);
}
