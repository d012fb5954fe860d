import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { overSocket } from "./socket";

/** A WebSocket without a network, which connects. */
class Socket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: ((e: { code: number; reason: string }) => void) | null = null;
  readonly closes: [readyState: number, code: number | undefined][] = [];
  close(code?: number): void {
    this.closes.push([this.readyState, code]);
    this.onclose?.({ code: 1006, reason: "" });
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
}

let socket: Socket;
let heard: string[];
const carrier = () =>
  overSocket(socket as unknown as WebSocket, {
    onOpen: () => heard.push("open"),
    onData: () => heard.push("data"),
    onClose: (code) => heard.push(`close ${code}`),
  });

beforeEach(() => {
  vi.useFakeTimers();
  [socket, heard] = [new Socket(), []];
});
afterEach(() => vi.useRealTimers());

describe("overSocket", () => {
  it("lets a socket that is not wanted get open before it ends it, and says nothing more", () => {
    carrier().close(1000);
    expect(socket.closes).toEqual([]);
    socket.open();
    expect([socket.closes, heard]).toEqual([[[1, 1000]], []]);
  });

  it("does not wait for ever", () => {
    carrier().close(1000);
    vi.advanceTimersByTime(2_000);
    expect(socket.closes).toEqual([[0, 1000]]);
  });

  it("gives a lost one up at once, and ends an open one at once", () => {
    carrier().close();
    expect(socket.closes).toEqual([[0, undefined]]);
    socket = new Socket();
    const c = carrier();
    socket.open();
    c.close(1000);
    expect(socket.closes).toEqual([[1, 1000]]);
  });
});
