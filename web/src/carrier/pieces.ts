import { Malformed } from "../wire/types";

/*
 * The browser's twin of pieces in the Go package transport/webtransport, where
 * they are drawn: kind (1), length (3), body.
 */
const DATA = 0x00;
const CLOSE = 0x01;
const HEADER_SIZE = 4;
const CODE_SIZE = 2;

/** Limits in bytes. */
export const MAX_PIECE = 1 << 20;
const MAX_REASON = 123;

/** What pieces are read into. */
export interface Pieces {
  onData(chunk: Uint8Array): void;
  onClose(code: number, reason: string): void;
}

/** Takes pieces out of a stream that comes in chunks of any size, without copying data. */
export class PieceReader {
  private readonly header = new Uint8Array(HEADER_SIZE);
  private got = 0; // bytes of the header, or of the body of a closing piece
  private left = 0; // bytes of data that are to come
  private closing: Uint8Array | undefined;

  constructor(private readonly into: Pieces) {}

  /** Takes the next bytes in. Throws Malformed for what is no piece. What follows a closing piece is not looked at. */
  push(chunk: Uint8Array): void {
    for (let rest = chunk; rest.length > 0; ) rest = this.closing ? this.end(rest) : this.data(rest);
  }

  private data(chunk: Uint8Array): Uint8Array {
    if (this.left === 0) return this.begin(chunk);
    const n = Math.min(this.left, chunk.length);
    this.left -= n;
    this.into.onData(chunk.subarray(0, n));
    return chunk.subarray(n);
  }

  private begin(chunk: Uint8Array): Uint8Array {
    const n = Math.min(HEADER_SIZE - this.got, chunk.length);
    this.header.set(chunk.subarray(0, n), this.got);
    this.got += n;
    if (this.got === HEADER_SIZE) {
      this.got = 0;
      this.look();
    }
    return chunk.subarray(n);
  }

  private look(): void {
    const [kind = 0, a = 0, b = 0, c = 0] = this.header;
    const size = (a << 16) | (b << 8) | c;
    if (kind === DATA && size > 0 && size <= MAX_PIECE) this.left = size;
    else if (kind === CLOSE && size >= CODE_SIZE && size <= CODE_SIZE + MAX_REASON) this.closing = new Uint8Array(size);
    else throw new Malformed(`piece of kind ${kind} with ${size} bytes`);
  }

  private end(chunk: Uint8Array): Uint8Array {
    const body = this.closing as Uint8Array;
    const n = Math.min(body.length - this.got, chunk.length);
    body.set(chunk.subarray(0, n), this.got);
    this.got += n;
    if (n > 0 && this.got === body.length) {
      const reason = new TextDecoder().decode(body.subarray(CODE_SIZE));
      this.into.onClose(new DataView(body.buffer).getUint16(0), reason);
    }
    return new Uint8Array(0);
  }
}

/** Returns bytes as pieces. */
export function dataPieces(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MAX_PIECE) {
    pieces.push(piece(DATA, bytes.subarray(at, at + MAX_PIECE)));
  }
  return pieces;
}

/** Returns a closing piece without a reason. */
export function closePiece(code: number): Uint8Array {
  return piece(CLOSE, Uint8Array.of(code >> 8, code & 0xff));
}

function piece(kind: number, body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(HEADER_SIZE + body.length);
  new DataView(whole.buffer).setUint32(0, ((kind << 24) | body.length) >>> 0);
  whole.set(body, HEADER_SIZE);
  return whole;
}
