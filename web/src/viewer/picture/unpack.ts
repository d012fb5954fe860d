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

/**
 * Inflater continues one raw deflate stream over frames. The frame says how
 * much comes out, so it knows when it has all of a flushed piece. It reads
 * ahead of what it writes, and writes in slices, so a bomb fills no memory.
 */
class Inflater implements Unpacker {
  private readonly writer: WritableStreamDefaultWriter<BufferSource>;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private ahead: Promise<ReadableStreamReadResult<Uint8Array>>;
  private buffer = new Uint8Array(64 << 10);
  private failed: unknown;

  constructor() {
    const stream = new DecompressionStream("deflate-raw");
    this.writer = stream.writable.getWriter();
    this.reader = (stream.readable as ReadableStream<Uint8Array>).getReader();
    this.ahead = this.read();
    this.writer.closed.catch(() => {});
  }

  async unpack(packed: Uint8Array, plain: number): Promise<Uint8Array> {
    for (let at = 0; at < packed.length; at += SLICE)
      this.writer
        .write(packed.subarray(at, at + SLICE) as Uint8Array<ArrayBuffer>)
        .catch((err) => (this.failed ??= err));
    const out = this.room(plain);
    for (let got = 0; got < plain; ) {
      const { value } = await this.ahead.catch(() => ({ value: undefined }));
      if (!value) throw new Malformed("a broken deflate stream");
      if (value.length > plain - got) throw new Malformed("more statements than announced");
      out.set(value, got);
      got += value.length;
      this.ahead = this.read();
    }
    if (this.failed) throw new Malformed("a broken deflate stream");
    return out;
  }

  close(): void {
    this.writer.abort().catch(() => {});
  }

  private read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    const ahead = this.reader.read();
    ahead.catch(() => {});
    return ahead;
  }

  private room(plain: number): Uint8Array {
    if (this.buffer.length < plain) this.buffer = new Uint8Array(plain * 2);
    return this.buffer.subarray(0, plain);
  }
}
