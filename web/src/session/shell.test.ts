// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Line, MessageReader, message, Type } from "../wire";
import { openShell, type Shell, type Talk } from "./shell";

/** A WebSocket that goes nowhere. */
class Socket {
  static last: Socket;
  readonly sent = new MessageReader();
  closed: (number | undefined)[] = [];
  onopen = () => {};
  onmessage = (_: { data: ArrayBuffer }) => {};
  onclose = (_: { code: number; reason: string }) => {};

  constructor() {
    Socket.last = this;
  }
  send(bytes: Uint8Array): void {
    this.sent.push(bytes.slice());
  }
  close(code?: number): void {
    this.closed.push(code);
  }
  says(type: number, ...body: number[]): void {
    this.onmessage({ data: message(type, Uint8Array.from(body)).buffer });
  }
  heard(): number[] {
    const types = [];
    for (let m = this.sent.next(); m; m = this.sent.next()) types.push(m.type);
    return types;
  }
}

const token = Array.from({ length: 16 }, (_, i) => i);
const opened = [0xa1, 1, 4]; // {rights: shell}
const lasting = [0xa2, 1, 4, 2, 0x50, ...token];
const refused = (code: string) => [0xa1, 1, 0x60 + code.length, ...new TextEncoder().encode(code)];
const talk = (): Talk => ({ token: Uint8Array.from(token), line: new Line() });

let heard: string[];
function open(held?: Talk): Shell {
  const shell = openShell(
    "session",
    { columns: 80, rows: 25 },
    {
      onOpened: (t) => heard.push(t ? "lasting" : "plain"),
      onOutput: () => heard.push("output"),
      onExit: () => heard.push("exit"),
      onEnd: (code) => heard.push(`end ${code}`),
    },
    held,
  );
  Socket.last.onopen();
  return shell;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  heard = [];
});
afterEach(() => {
  Socket.last.onclose({ code: 1000, reason: "" });
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("openShell", () => {
  it.each<[string, number[], number[]]>([
    ["plain", opened, [Type.Input]],
    ["lasting", lasting, [Type.Received, Type.Input]],
  ])("sends what is typed early when a %s shell has opened", (kind, body, then) => {
    const shell = open();
    shell.input("ls");
    expect(Socket.last.heard()).toEqual([Type.ShellStart]);
    Socket.last.says(Type.Opened, ...body);
    Socket.last.says(Type.Output, 36);
    expect(Socket.last.heard()).toEqual(then);
    expect(heard).toEqual([kind, "output"]);
  });

  it("sends again what the computer lacks", () => {
    const held = talk();
    held.line.write(Type.Input, new Uint8Array(3));
    open(held);
    Socket.last.says(Type.Opened, ...lasting);
    expect(Socket.last.heard()).toEqual([Type.Resume, Type.Received, Type.Input]);
  });

  it.each([
    ["over", "over"],
    ["malformed", "over"],
    ["M8", "M8"],
    ["denied", "denied"],
  ])("ends after the answer %s to Resume with %s", (code, want) => {
    open(talk());
    Socket.last.says(Type.Refused, ...refused(code));
    expect(heard).toEqual([`end ${want}`]);
  });

  it("gives up a channel that is silent, in no good order", () => {
    open();
    Socket.last.says(Type.Opened, ...lasting);
    vi.advanceTimersByTime(15_000);
    expect(Socket.last.heard().filter((type) => type === Type.Ping)).toHaveLength(3);
    Socket.last.says(Type.Pong, ...new Uint8Array(8));
    vi.advanceTimersByTime(15_000);
    expect(heard).toEqual(["lasting"]);
    vi.advanceTimersByTime(5_000);
    expect(heard).toEqual(["lasting", "end lost"]);
    expect(Socket.last.closed).toEqual([undefined]);
  });

  it("asks nothing of a shell that does not last", () => {
    open();
    Socket.last.says(Type.Opened, ...opened);
    vi.advanceTimersByTime(120_000);
    expect(heard).toEqual(["plain"]);
  });
});
