import { HEADER_SIZE, Malformed, MAX_FRAME } from "./types";

/** One message. The body may share memory with the chunk it came in. */
export interface Message {
  type: number;
  body: Uint8Array;
}

/**
 * MessageReader finds messages in a stream that arrives in chunks of any size.
 * A body that lies in one chunk is not copied, any other is copied once, when
 * its last byte is there: so what a peer announces but does not send costs
 * nothing.
 */
export class MessageReader {
  private chunks: Uint8Array[] = [];
  private first = 0; // index of the first chunk that is not used up
  private offset = 0; // within that chunk
  private length = 0; // bytes not yet read

  /** Bodies of more than limit bytes are refused. */
  constructor(private readonly limit = MAX_FRAME) {}

  /** Takes the next bytes of the stream, and keeps them. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Returns the next whole message; throws Malformed for one that is too long. */
  next(): Message | undefined {
    if (this.length < HEADER_SIZE) return undefined;
    const type = this.peek(0);
    const size = (this.peek(1) << 16) | (this.peek(2) << 8) | this.peek(3);
    if (size > this.limit) throw new Malformed(`type ${type}: ${size} bytes, at most ${this.limit} are allowed`);
    if (this.length < HEADER_SIZE + size) return undefined;
    this.take(HEADER_SIZE);
    return { type, body: this.take(size) };
  }

  private peek(at: number): number {
    let i = this.first;
    let pos = this.offset + at;
    for (let chunk = this.chunks[i]; chunk; chunk = this.chunks[++i]) {
      if (pos < chunk.length) return chunk[pos] as number;
      pos -= chunk.length;
    }
    throw new RangeError("peek past the end");
  }

  private take(n: number): Uint8Array {
    const chunk = this.chunks[this.first];
    if (n === 0 || !chunk) return new Uint8Array(0);
    if (chunk.length - this.offset >= n) {
      const part = chunk.subarray(this.offset, this.offset + n);
      this.advance(n);
      return part;
    }
    const whole = new Uint8Array(n);
    for (let filled = 0; filled < n; ) {
      const head = this.chunks[this.first] as Uint8Array;
      const part = head.subarray(this.offset, this.offset + n - filled);
      whole.set(part, filled);
      filled += part.length;
      this.advance(part.length);
    }
    return whole;
  }

  /** Moves on by n bytes, all of them in the first chunk. */
  private advance(n: number): void {
    this.length -= n;
    this.offset += n;
    if (this.offset < (this.chunks[this.first] as Uint8Array).length) return;
    this.offset = 0;
    this.first++;
    if (this.first === this.chunks.length || this.first > 1024) {
      this.chunks = this.chunks.slice(this.first);
      this.first = 0;
    }
  }
}

/** Returns a whole message: header and body. */
export function message(type: number, body: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  if (body.length > MAX_FRAME) throw new Malformed(`type ${type}: ${body.length} bytes`);
  const whole = new Uint8Array(HEADER_SIZE + body.length);
  new DataView(whole.buffer).setUint32(0, ((type << 24) | body.length) >>> 0);
  whole.set(body, HEADER_SIZE);
  return whole;
}
