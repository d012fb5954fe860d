import { Coding, Malformed } from "../../wire";

/** Unpacks the statements of one display's frames, in their order. */
export interface Unpacker {
  /** Returns exactly plain bytes, valid until the next call. */
  unpack(packed: Uint8Array, plain: number): Uint8Array | Promise<Uint8Array>;
  /** Gives everything back. Waiting calls fail. */
  close(): void;
}

/** Returns the unpacker of a coding that this viewer announced. */
export function unpacker(coding: number): Unpacker {
  if (coding === Coding.None) return new Stored();
  if (coding === Coding.Deflate) return new Inflater();
  throw new Malformed(`coding ${coding}, which this viewer did not announce`);
}

class Stored implements Unpacker {
  unpack(packed: Uint8Array, plain: number): Uint8Array {
    if (packed.length !== plain) throw new Malformed("plain statements of another length");
    return packed;
  }
  close(): void {}
}

/** How much is given to the decompressor at once: 1,032 times as much can come out. */
const SLICE = 16 << 10;

/** Bytes by which packing may lengthen: block heads and the flush. */
const OVERHEAD = 256;

/** How long, in ms, output may take after the last input was taken: in a browser none at all. */
const PATIENCE = 1000;

type Read = ReadableStreamReadResult<Uint8Array>;

/**
 * Inflater continues one raw deflate stream over frames. The frame says how
 * much comes out, so it knows when it has all of a flushed piece. It reads
 * ahead of what it writes, and writes in slices, so a bomb fills no memory.
 */
class Inflater implements Unpacker {
  private readonly writer: WritableStreamDefaultWriter<BufferSource>;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private ahead: Promise<Read>;
  private buffer = new Uint8Array(64 << 10);

  constructor() {
    const stream = new DecompressionStream("deflate-raw");
    this.writer = stream.writable.getWriter();
    this.reader = (stream.readable as ReadableStream<Uint8Array>).getReader();
    this.writer.closed.catch(() => {});
    this.ahead = this.read();
  }

  async unpack(packed: Uint8Array, plain: number): Promise<Uint8Array> {
    if (packed.length > plain + (plain >> 3) + OVERHEAD) throw new Malformed("more packed than plain bytes");
    const written = this.write(packed);
    const out = this.room(plain);
    for (let got = 0; got < plain; ) {
      const { value } = await this.next(written);
      if (!value) throw new Malformed("a deflate stream that ends");
      if (value.length > plain - got) throw new Malformed("more statements than announced");
      out.set(value, got);
      got += value.length;
      this.ahead = this.read();
    }
    return out;
  }

  close(): void {
    this.writer.abort().catch(() => {});
  }

  private async write(packed: Uint8Array): Promise<void> {
    const writes: Promise<void>[] = [];
    for (let at = 0; at < packed.length; at += SLICE)
      writes.push(this.writer.write(packed.subarray(at, at + SLICE) as Uint8Array<ArrayBuffer>));
    await Promise.allSettled(writes);
  }

  /** Waits for more output, but not for ever where no more can come. */
  private async next(written: Promise<void>): Promise<Read> {
    const done = written.then(() => undefined);
    const read = (await Promise.race([this.ahead, done])) ?? (await Promise.race([this.ahead, patience()]));
    if (!read) throw new Malformed("fewer statements than announced");
    return read;
  }

  /** Begins to read the next output. A failure shows when somebody waits for it. */
  private read(): Promise<Read> {
    const ahead = this.reader.read().catch(() => {
      throw new Malformed("a broken deflate stream");
    });
    ahead.catch(() => {});
    return ahead;
  }

  private room(plain: number): Uint8Array {
    if (this.buffer.length < plain) this.buffer = new Uint8Array(plain * 2);
    return this.buffer.subarray(0, plain);
  }
}

function patience(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
}
