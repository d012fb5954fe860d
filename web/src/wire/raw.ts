import { Malformed } from "./types";

/** The shape of the remote pointer. Pixels are straight R, G, B, A; 0 by 0 is hidden. */
export interface Cursor {
  width: number;
  height: number;
  hotX: number;
  hotY: number;
  pixels: Uint8Array;
}

/** A place on the remote desktop, in its pixels. */
export interface Place {
  x: number;
  y: number;
}

const MAX_CURSOR = 256; // pixels a side

/** Reads a Cursor. Its pixels share the body's memory. */
export function parseCursor(body: Uint8Array): Cursor {
  if (body.length < 8) throw new Malformed("cursor shorter than its head");
  const [width, height, hotX, hotY] = [u16(body, 0), u16(body, 2), u16(body, 4), u16(body, 6)];
  if (width > MAX_CURSOR || height > MAX_CURSOR || body.length !== 8 + width * height * 4)
    throw new Malformed(`cursor of ${width} by ${height} pixels in ${body.length} bytes`);
  return { width, height, hotX, hotY, pixels: body.subarray(8) };
}

/** Reads a CursorAt. */
export function parseCursorAt(body: Uint8Array): Place {
  exactly(body, 8, "cursor position");
  return { x: view(body).getInt32(0), y: view(body).getInt32(4) };
}

/** Writes an Ack: the frame, and the microseconds that decoding and drawing took. */
export function ack(sequence: number, micros: number): Uint8Array {
  const body = new Uint8Array(8);
  view(body).setUint32(0, sequence);
  view(body).setUint32(4, Math.min(Math.max(0, Math.round(micros)), 0xffffffff));
  return body;
}

/** Writes a Received: how many bytes of the conversation were taken. */
export function received(bytes: number): Uint8Array {
  const body = new Uint8Array(8);
  view(body).setBigUint64(0, BigInt(bytes));
  return body;
}

/** Reads a Received. */
export function parseReceived(body: Uint8Array): number {
  exactly(body, 8, "received");
  const bytes = view(body).getBigUint64(0);
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed("received more than there can be");
  return Number(bytes);
}

/** Writes a Pointer: where it is, and all buttons that are down. */
export function pointer(x: number, y: number, buttons: number): Uint8Array {
  const body = new Uint8Array(10);
  view(body).setInt32(0, x);
  view(body).setInt32(4, y);
  view(body).setUint16(8, buttons);
  return body;
}

/** Writes a Wheel in 1/120 of a notch; what does not fit in 16 bits is cut. */
export function wheel(dx: number, dy: number): Uint8Array {
  const body = new Uint8Array(4);
  view(body).setInt16(0, clamp16(dx));
  view(body).setInt16(2, clamp16(dy));
  return body;
}

/** Writes a Key: an X11 keysym and a USB HID usage of page 7 (0: unknown). */
export function key(down: boolean, keysym: number, usage: number): Uint8Array {
  const body = new Uint8Array(7);
  body[0] = down ? 1 : 0;
  view(body).setUint32(1, keysym);
  view(body).setUint16(5, usage);
  return body;
}

/** Writes a Resize; both values are kept within 1 to 1000. */
export function size(columns: number, rows: number): Uint8Array {
  const body = new Uint8Array(4);
  view(body).setUint16(0, Math.min(Math.max(1, columns), 1000));
  view(body).setUint16(2, Math.min(Math.max(1, rows), 1000));
  return body;
}

function exactly(body: Uint8Array, length: number, what: string): void {
  if (body.length !== length) throw new Malformed(`${what} of ${body.length} bytes, not ${length}`);
}

function view(body: Uint8Array): DataView {
  return new DataView(body.buffer, body.byteOffset, body.byteLength);
}

function u16(body: Uint8Array, at: number): number {
  return view(body).getUint16(at);
}

function clamp16(v: number): number {
  return Math.min(Math.max(-32768, v), 32767);
}
