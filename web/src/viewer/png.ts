/**
 * PNG files (ISO/IEC 15948). They are written here, because some browsers change
 * what a page reads from a canvas, so that it does not know its user by it.
 */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const [RGB, RGBA] = [2, 6]; // colour types
const [AS_IT_IS, UP] = [0, 2]; // filters of a row
const STORED = 0xffff; // bytes, the most in a stored block of RFC 1951
const ADLER = 65521;

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** Returns a small picture with transparency, red, green, blue and alpha a pixel, as a PNG that is not packed. */
export function smallPNG(rgba: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (1 + width * 4));
  for (let y = 0; y < height; y++) {
    const at = y * (1 + width * 4);
    rows[at] = AS_IT_IS;
    rows.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), at + 1);
  }
  return file(width, height, RGBA, stored(rows));
}

/** Returns a picture without transparency as a PNG. Of its pixels, red, green, blue and alpha, the last is not looked at. */
export async function opaquePNG(rgba: Uint8Array, width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new Uint8Array(height * (1 + width * 3));
  let out = 0;
  for (let y = 0, at = 0; y < height; y++) {
    rows[out++] = UP;
    for (let x = 0; x < width; x++, at += 4)
      for (let c = at; c < at + 3; c++) rows[out++] = (rgba[c] as number) - (rgba[c - width * 4] ?? 0);
  }
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  return file(width, height, RGB, new Uint8Array(await new Response(packed).arrayBuffer()));
}

function file(width: number, height: number, colour: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, colour], 8); // bits of a sample
  return join([SIGNATURE, chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", new Uint8Array(0))]);
}

/** A chunk: length (4), name (4), body, CRC of both (4). */
function chunk(name: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(body, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < 8 + body.length; i++) crc = (CRC[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  view.setUint32(8 + body.length, ~crc);
  return bytes;
}

/** A zlib stream (RFC 1950) of stored blocks: header (2), blocks, Adler-32 (4). */
function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < bytes.length; at += STORED) {
    const block = bytes.subarray(at, at + STORED);
    const [low, high] = [block.length & 255, block.length >> 8];
    parts.push(Uint8Array.of(at + STORED >= bytes.length ? 1 : 0, low, high, ~low, ~high), block);
  }
  let [a, b] = [1, 0];
  for (const byte of bytes) [a, b] = [(a + byte) % ADLER, (b + a + byte) % ADLER];
  parts.push(Uint8Array.of(b >> 8, b, a >> 8, a));
  return join(parts);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
