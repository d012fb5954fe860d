/**
 * The picture format of the Go package capture/frame, where the bytes are
 * drawn: this folder turns the bodies of Frame messages into pixels. Everything
 * in it comes from an endpoint that may be hostile, so every limit of the
 * format is checked before memory is taken. It knows no canvas and no socket.
 */
import { Codec, Malformed } from "../../wire";

/** The newest picture format that this viewer knows. */
export const FORMAT = 3;

export const FRAME_HEADER = 28; // bytes
export const TILE = 64; // pixels a side
export const SLOTS = 8192;
export const MAX_PLAIN = 32 << 20; // bytes of statements in a frame
export const MAX_OPS = 1 << 17; // statements in a frame
export const MAX_BLOB = 8 << 20; // bytes
export const MAX_PAINT = 16; // pixels touched by a frame, in pixels of the display
export const MAX_CACHED = SLOTS * TILE * TILE; // pixels in the slots of all displays together

export const Flag = { Exact: 1, Reset: 2 } as const;

export const Op = {
  Copy: 0x01,
  Fill: 0x02,
  Palette: 0x03,
  Plain: 0x04,
  Gradient: 0x05,
  Store: 0x06,
  Cached: 0x07,
  Photo: 0x08,
  Video: 0x09,
  Part: 0x0a,
} as const;

/** The inter-frame codecs of Video, by their number: their names, and their bits in what a viewer announces. */
export const FILM_CODECS: Readonly<Record<number, { name: string; bit: number }>> = {
  1: { name: "VP8", bit: Codec.VP8 },
  2: { name: "VP9", bit: Codec.VP9 },
  3: { name: "H.264", bit: Codec.H264 },
  4: { name: "AV1", bit: Codec.AV1 },
};

/** A frame, taken apart. The parts share the body's memory. */
export interface Frame {
  sequence: number;
  epoch: number;
  display: number;
  exact: boolean; // after it, every pixel equals the screen
  reset: boolean; // before it, coding starts anew and the cache is empty
  plain: number; // bytes of statements, unpacked
  packed: Uint8Array;
  blobs: Uint8Array;
  film: number; // codec of its Video statements; 0: it has none, or is not read yet
}

/** Takes the body of a Frame message apart. */
export function parseFrame(body: Uint8Array): Frame {
  if (body.length < FRAME_HEADER) throw new Malformed(`frame of ${body.length} bytes`);
  const head = new DataView(body.buffer, body.byteOffset, FRAME_HEADER);
  const [flags, plain, packed] = [head.getUint8(17), head.getUint32(20), head.getUint32(24)];
  if (flags > 3 || head.getUint16(18) !== 0) throw new Malformed("frame with unknown flags");
  if (plain > MAX_PLAIN) throw new Malformed(`frame with ${plain} bytes of statements`);
  if (packed > body.length - FRAME_HEADER) throw new Malformed("frame that ends too early");
  return {
    sequence: head.getUint32(0),
    epoch: head.getUint32(4),
    display: head.getUint8(16),
    exact: (flags & Flag.Exact) !== 0,
    reset: (flags & Flag.Reset) !== 0,
    plain,
    packed: body.subarray(FRAME_HEADER, FRAME_HEADER + packed),
    blobs: body.subarray(FRAME_HEADER + packed),
    film: 0,
  };
}
