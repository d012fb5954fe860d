import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Lane } from "./lane";

/** A session without a network. */
class Session {
  readonly closes: { closeCode?: number }[] = [];
  readonly written: number[] = [];
  ends: (info: { closeCode?: number; reason?: string }) => void = () => {};
  breaks: (why: Error) => void = () => {};
  readonly closed: Promise<unknown>;
  ready: Promise<void> = Promise.resolve();
  says!: ReadableStreamDefaultController<Uint8Array>;
  finished = false;
  constructor() {
    this.closed = new Promise((resolve, reject) => {
      this.ends = resolve;
      this.breaks = reject;
    });
  }
  close(info: { closeCode?: number }): void {
    this.closes.push(info);
    this.ends(info);
  }
  async createBidirectionalStream() {
    return {
      readable: new ReadableStream<Uint8Array>({
        start: (c) => {
          this.says = c;
        },
      }),
      writable: new WritableStream<Uint8Array>({
        write: (chunk) => void this.written.push(...chunk),
        close: () => {
          this.finished = true;
        },
      }),
    };
  }
}

let session: Session;
let heard: string[];
let lane: Lane;
const settle = () => vi.advanceTimersByTimeAsync(0);

function open(begin: () => Promise<Session> = async () => session): void {
  lane = new Lane(begin as unknown as () => Promise<WebTransport>, {
    onOpen: () => heard.push("open"),
    onData: (chunk) => heard.push(`data ${chunk}`),
    onClose: (code, reason) => heard.push(`close ${code} ${reason}`),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  [session, heard] = [new Session(), []];
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Lane", () => {
  it("carries both ways, and hears how the site ends it", async () => {
    open();
    await settle();
    lane.send(Uint8Array.of(5, 6));
    session.says.enqueue(Uint8Array.of(0, 0, 0, 2, 7, 8, 1, 0, 0, 4, 0x0f, 0xa1, 0x6f, 0x6b));
    await settle();
    expect(heard).toEqual(["open", "data 7,8", "close 4001 ok"]);
    expect(session.written).toEqual([0, 0, 0, 2, 5, 6]);
    expect(session.closes).toEqual([{ closeCode: 4001 }]);
  });

  it("says its end after all else, and lets the site close", async () => {
    open();
    await settle();
    lane.send(Uint8Array.of(5));
    lane.close(1000);
    await settle();
    expect(session.written).toEqual([0, 0, 0, 1, 5, 1, 0, 0, 2, 0x03, 0xe8]);
    expect([session.finished, session.closes]).toEqual([true, []]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect([session.closes, heard]).toEqual([[{ closeCode: 1000 }], ["open"]]);
  });

  it("says a loss with no good code", async () => {
    open();
    await settle();
    lane.close();
    await settle();
    expect([session.written, session.closes, heard]).toEqual([[], [{ closeCode: 1006 }], ["open"]]);
  });

  it.each<[string, () => void, string]>([
    ["the connection", () => session.breaks(new Error("gone")), "close 1006 "],
    ["the session", () => session.ends({ closeCode: 4000, reason: "M14" }), "close 4000 M14"],
    ["the session without a word", () => session.ends({}), "close 1006 "],
    ["what is no piece", () => session.says.enqueue(Uint8Array.of(9, 0, 0, 1)), "close 1006 "],
  ])("ends with %s", async (_, happen, want) => {
    open();
    await settle();
    happen();
    await settle();
    expect(heard).toEqual(["open", want]);
  });

  it("ends when there is no ticket, or no WebTransport with hashes", async () => {
    open(() => Promise.reject(new Error("no ticket")));
    await settle();
    expect(heard).toEqual(["close 1006 "]);
  });

  it("ends a session that comes after its end", async () => {
    open();
    lane.close(1000);
    await settle();
    expect([heard, session.closes.length]).toEqual([[], 1]);
  });
});
