/** The entropy coding of baseline JPEG (ITU-T T.81, annex F): codes, and the blocks that they make. */

/** Codes of so many bits are found with one look. */
const SHORT = 9;

/** Where the coefficients of a block are, in the order in which they come (figure A.6). */
const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
]);

/** Huffman is a table of codes. */
export class Huffman {
  /** By the next SHORT bits: the code's length times 256, and its symbol; 0: the code is longer, or none. */
  readonly short = new Uint16Array(1 << SHORT);
  /** By length: what is above all codes of it, in 16 bits; and what makes an index of a code. */
  readonly above = new Int32Array(17);
  readonly offset = new Int32Array(17);

  /** Takes the number of codes of 1 to 16 bits, and then their symbols. */
  constructor(private readonly spec: Uint8Array) {
    for (let length = 1, code = 0, index = 16; length <= 16; length++, code <<= 1) {
      this.offset[length] = index - code;
      for (let n = spec[length - 1] as number; n > 0; n--, code++, index++) {
        if (length > SHORT) continue;
        const first = code << (SHORT - length);
        this.short.fill((length << 8) | (spec[index] as number), first, first + (1 << (SHORT - length)));
      }
      this.above[length] = code << (16 - length);
    }
  }

  /** Reports whether this is the table of those numbers and symbols. */
  isOf(spec: Uint8Array): boolean {
    return spec.length === this.spec.length && spec.every((v, i) => v === this.spec[i]);
  }

  /** Returns the symbol of a code of that length. */
  symbol(code: number, length: number): number {
    return this.spec[code + (this.offset[length] as number)] ?? -1;
  }
}

/** Bits reads a scan. After its end it reads zeros. */
export class Bits {
  private bits = 0; // the newest are the lowest
  private count = 0;

  constructor(
    private readonly data: Uint8Array,
    private at: number,
  ) {}

  /**
   * Reads a block and multiplies it with its quantiser; last has the DC values of
   * the blocks before, by component. It returns the index of the last coefficient in
   * the order in which they come, or -1 if there is no such block.
   */
  block(to: Float64Array, by: Float64Array, dc: Huffman, ac: Huffman, last: number[], component: number): number {
    to.fill(0);
    const size = this.symbol(dc);
    if (size < 0 || size > 11) return -1;
    const value = (last[component] as number) + this.value(size);
    last[component] = value;
    to[0] = value * (by[0] as number);
    let extent = 0;
    for (let k = 1; k < 64; k++) {
      const symbol = this.symbol(ac);
      if (symbol < 0) return -1;
      const bits = symbol & 15;
      if (bits === 0 && symbol < 0xf0) break;
      k += symbol >> 4;
      if (k > 63) return -1;
      if (bits === 0) continue;
      const place = ZIGZAG[k] as number;
      to[place] = this.value(bits) * (by[place] as number);
      extent = k;
    }
    return extent;
  }

  private symbol(table: Huffman): number {
    if (this.count < 16) this.fill();
    const next = (this.bits >> (this.count - 16)) & 0xffff;
    const short = table.short[next >> (16 - SHORT)] as number;
    if (short !== 0) {
      this.count -= short >> 8;
      return short & 255;
    }
    for (let length = SHORT + 1; length <= 16; length++)
      if (next < (table.above[length] as number)) {
        this.count -= length;
        return table.symbol(next >> (16 - length), length);
      }
    return -1;
  }

  /** Reads a number of so many bits, at most 15, of which the first says the sign (figure F.12). */
  private value(size: number): number {
    if (size === 0) return 0;
    if (this.count < size) this.fill();
    this.count -= size;
    const v = (this.bits >> this.count) & ((1 << size) - 1);
    return v < 1 << (size - 1) ? v - (1 << size) + 1 : v;
  }

  /** Reads bytes until there are more than 16 bits. 0xFF is followed by 0, or it is a marker and the end. */
  private fill(): void {
    while (this.count <= 16) {
      let byte = this.data[this.at] ?? 0xff;
      if (byte !== 0xff) this.at++;
      else if (this.data[this.at + 1] === 0) this.at += 2;
      else byte = 0;
      this.bits = (this.bits << 8) | byte;
      this.count += 8;
    }
  }
}

/** Puts numbers that come in the order of a block's coefficients where the coefficients are. */
export function unzigzag(numbers: Uint8Array): Uint8Array {
  const placed = new Uint8Array(64);
  ZIGZAG.forEach((place, i) => {
    placed[place] = numbers[i] as number;
  });
  return placed;
}
