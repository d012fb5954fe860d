import { Malformed } from "../../wire";

const SOI = 0xd8;
const DHT = 0xc4;
const DQT = 0xdb;
const SOS = 0xda;

/** The JPEG segments between the start of the image and its first scan. */
export function* segments(jpeg: Uint8Array): Generator<{ marker: number; bytes: Uint8Array }> {
  if (jpeg[0] !== 0xff || jpeg[1] !== SOI) throw new Malformed("a photograph that is no JPEG");
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff; ) {
    const marker = jpeg[at + 1] as number;
    const end = at + 2 + (((jpeg[at + 2] as number) << 8) | (jpeg[at + 3] as number));
    if (end < at + 4 || end > jpeg.length) break;
    yield { marker, bytes: jpeg.subarray(at, end) };
    if (marker === SOS) return;
    at = end;
  }
  throw new Malformed("a JPEG with a broken segment");
}

/** Baseline, extended and progressive: what every decoder reads. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xc2;
}

/** Checks that a JPEG says, once, that it has w by h pixels: its decoder allocates by that. */
export function checkSize(jpeg: Uint8Array, w: number, h: number): void {
  let frames = 0;
  for (const { marker, bytes } of segments(jpeg)) {
    if (!isFrame(marker)) continue;
    const height = ((bytes[5] ?? 0) << 8) | (bytes[6] ?? 0);
    const width = ((bytes[7] ?? 0) << 8) | (bytes[8] ?? 0);
    if (width !== w || height !== h) throw new Malformed(`a JPEG of ${width} by ${height}, not ${w} by ${h} pixels`);
    frames++;
  }
  if (frames !== 1) throw new Malformed("a JPEG without its one frame header");
}

/** Returns the quantisation and Huffman tables of a JPEG, joined, as a copy. */
export function tablesOf(jpeg: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { marker, bytes } of segments(jpeg)) if (marker === DQT || marker === DHT) parts.push(bytes);
  return join(parts);
}

/** Returns a JPEG that lacks its tables with them put back, right after its start. */
export function complete(abridged: Uint8Array, tables: Uint8Array): Uint8Array<ArrayBuffer> {
  if (abridged[0] !== 0xff || abridged[1] !== SOI) throw new Malformed("a photograph that is no JPEG");
  return join([abridged.subarray(0, 2), tables, abridged.subarray(2)]);
}

function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    whole.set(p, at);
    at += p.length;
  }
  return whole;
}
