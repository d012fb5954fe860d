/**
 * The browser's twin of the Go package transport/wire: types, limits and codes
 * of the protocol. The bytes are drawn there; both sides read the same golden
 * files. It is not a client of the HTTP API.
 */

/** Bytes before a message's body: the type, and its length in 24 bits. */
export const HEADER_SIZE = 4;

/** Limits on the length of a body in bytes, checked before anything is allocated. */
export const MAX_CONTROL = 64 << 10;
export const MAX_DATA = 256 << 10;
export const MAX_FRAME = (16 << 20) - 1;

/** Bytes of one Text message. */
export const MAX_TEXT = 4096;

/** What a message is. The numbers are part of the protocol. */
export const Type = {
  Refused: 0x03,
  Ping: 0x05,
  Pong: 0x06,
  Goodbye: 0x09,
  Open: 0x10,
  Opened: 0x11,
  Resume: 0x12,
  Received: 0x13,
  ShellStart: 0x20,
  ExecStart: 0x21,
  Input: 0x22,
  Output: 0x23,
  Errors: 0x24,
  Resize: 0x25,
  Exit: 0x26,
  ScreenStart: 0x40,
  Displays: 0x41,
  Frame: 0x42,
  Cursor: 0x43,
  CursorAt: 0x44,
  Notice: 0x45,
  Ack: 0x48,
  Pointer: 0x49,
  Wheel: 0x4a,
  Key: 0x4b,
  Text: 0x4c,
  Refresh: 0x4d,
  Attention: 0x4e,
  Options: 0x4f,
  ReleaseAll: 0x50,
  LogOut: 0x51,
} as const;

/** What a representative may do in a session, a set of bits. */
export const Right = { View: 1, Control: 2, Shell: 4, Exec: 8 } as const;

/** How the lossless part of frames is compressed. */
export const Coding = { None: 0, Deflate: 1, Zstd: 2 } as const;

/** Picture codecs that a viewer announces, a set of bits. */
export const Codec = { JPEG: 1, VP8: 2, VP9: 4, H264: 8, AV1: 16 } as const;

/** Pointer buttons, a set of bits. */
export const Button = { Left: 1, Middle: 2, Right: 4, Back: 8, Forward: 16 } as const;

/** Bytes that are no message of this protocol: the conversation must end. */
export class Malformed extends Error {
  readonly code = "malformed";
}
