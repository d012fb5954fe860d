import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Film } from "../picture/statements";
import { FilmStream, films } from "./films";

const film = (key: boolean): Film => ({ width: 2, height: 2, codec: 3, key, unit: new Uint8Array([1]) });
const pixels = new Uint32Array(4);

/** A decoder of the browser's that says what it is told to. */
class Decoder {
  state = "unconfigured";
  units = 0;
  constructor(
    readonly output: (f: VideoFrame) => void,
    readonly error: () => void,
  ) {}
  configure() {
    this.state = "configured";
  }
  decode() {
    this.units++;
  }
  close() {
    this.state = "closed";
  }
}

const picture = () => ({ close: vi.fn() }) as unknown as VideoFrame;

function stream() {
  const made: Decoder[] = [];
  const failed = vi.fn();
  const create = (output: (f: VideoFrame) => void, error: () => void) => {
    made.push(new Decoder(output, error));
    return made.at(-1) as unknown as VideoDecoder;
  };
  const config = new Map([[3, { codec: "avc1.640033" }]]);
  return { made, failed, films: new FilmStream(config, create, () => pixels, failed) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    "EncodedVideoChunk",
    class {
      readonly type = "key";
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("FilmStream", () => {
  it("gives each unit its picture", async () => {
    const s = stream();
    const first = s.films.decode(film(true));
    const second = s.films.decode(film(false));
    const frame = picture();
    s.made[0]?.output(frame);
    s.made[0]?.output(picture());
    expect(await first).toBe(pixels);
    expect(await second).toBe(pixels);
    expect(frame.close).toHaveBeenCalled();
    expect(s.failed).not.toHaveBeenCalled();
  });

  it("has no pixels before a key", async () => {
    const s = stream();
    expect(await s.films.decode(film(false))).toBeUndefined();
    expect(s.made).toHaveLength(0);
  });

  it("gives up a decoder that says nothing for two seconds", async () => {
    const s = stream();
    const waiting = s.films.decode(film(true));
    vi.advanceTimersByTime(2000);
    expect(await waiting).toBeUndefined();
    expect(s.failed).toHaveBeenCalledOnce();
    expect(s.made[0]?.state).toBe("closed");
    expect(await s.films.decode(film(false))).toBeUndefined();
  });

  it("hears no more of a decoder when a key has begun another", async () => {
    const s = stream();
    const old = s.films.decode(film(true));
    const fresh = s.films.decode(film(true));
    expect(await old).toBeUndefined();
    const late = picture();
    s.made[0]?.output(late);
    s.made[0]?.error();
    expect(late.close).toHaveBeenCalled();
    s.made[1]?.output(picture());
    expect(await fresh).toBe(pixels);
    expect(s.failed).not.toHaveBeenCalled();
  });
});

describe("films", () => {
  it("decodes nothing in a browser without WebCodecs", async () => {
    vi.stubGlobal("VideoDecoder", undefined);
    expect((await films(() => {})).codecs).toBe(0);
  });

  it("waits no longer than half a second for a browser that does not answer", async () => {
    vi.stubGlobal("VideoDecoder", { isConfigSupported: () => new Promise(() => {}) });
    const answer = films(() => {});
    await vi.advanceTimersByTimeAsync(500);
    expect((await answer).codecs).toBe(0);
  });

  it("says which codecs the browser has", async () => {
    vi.stubGlobal("VideoDecoder", {
      isConfigSupported: async (c: VideoDecoderConfig) => ({ supported: c.codec === "vp8" }),
    });
    const only = (await films(() => {})).codecs;
    vi.stubGlobal("VideoDecoder", { isConfigSupported: async () => ({ supported: true }) });
    const all = (await films(() => {})).codecs;
    expect(only).not.toBe(0);
    expect(all & only).toBe(only);
    expect(all).not.toBe(only);
  });
});
