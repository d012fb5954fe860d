// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import { type Exit, Line } from "../wire";
import { LastingShell } from "./lasting";
import type { ShellListener, Talk } from "./shell";

let heard: string[];
let opened: { session: string; listener: ShellListener; did: string[]; talk: Talk | undefined }[];
let refusal: Problem | undefined;
let shell: LastingShell;

const exit: Exit = { status: 0, text: "" };
const newest = () => opened.at(-1)?.listener as ShellListener;

beforeEach(() => {
  vi.useFakeTimers();
  [heard, opened, refusal] = [[], [], undefined];
  shell = new LastingShell(
    "one",
    { columns: 80, rows: 25 },
    {
      onOpened: (fresh) => heard.push(fresh ? "fresh" : "opened"),
      onOutput: (bytes) => heard.push(new TextDecoder().decode(bytes)),
      onExit: () => heard.push("exit"),
      onLost: (held) => heard.push(held ? "held" : "lost"),
      onEnd: (code) => heard.push(`end ${code}`),
    },
    {
      seek: async () => {
        if (refusal) throw refusal;
        return "two";
      },
      open: (session, _, listener, talk) => {
        const did: string[] = [];
        opened.push({ session, listener, did, talk });
        return { input: (t) => did.push(t), resize: (s) => did.push(`${s.columns}`), close: () => did.push("close") };
      },
    },
  );
});
afterEach(() => {
  shell.close();
  vi.useRealTimers();
});

describe("LastingShell", () => {
  it("opens another shell after a loss, and says that it is another", async () => {
    newest().onOpened();
    newest().onEnd("lost");
    shell.resize({ columns: 99, rows: 30 });
    shell.input("for nobody");
    await vi.advanceTimersByTimeAsync(1000);
    newest().onOpened();
    newest().onOutput(new TextEncoder().encode("$"), () => {});
    shell.input("ls");
    expect(heard).toEqual(["opened", "lost", "fresh", "$"]);
    expect(opened.map((o) => o.session)).toEqual(["one", "two"]);
    expect(opened[1]?.did).toEqual(["99", "ls"]);
  });

  it("goes on with the same shell while that is held, and what is typed meanwhile arrives", async () => {
    const talk = { token: new Uint8Array(16), line: new Line() };
    newest().onOpened(talk);
    newest().onEnd("lost");
    shell.input("ls");
    await vi.advanceTimersByTimeAsync(1000);
    expect(newest()).not.toBe(opened[0]?.listener);
    newest().onOpened(talk);
    expect(heard).toEqual(["opened", "held", "opened"]);
    expect(opened[1]?.talk).toBe(talk);
    const sent: string[] = [];
    talk.line.attach((_, body) => sent.push(new TextDecoder().decode(body)), 0);
    expect(sent).toContain("ls");
  });

  it("opens another shell at once where the held one is over, and types nothing into it", async () => {
    newest().onOpened({ token: new Uint8Array(16), line: new Line() });
    newest().onEnd("lost");
    shell.input("rm -r");
    await vi.advanceTimersByTimeAsync(1000);
    newest().onEnd("over");
    expect(opened.map(({ talk }) => talk !== undefined)).toEqual([false, true, false]);
    newest().onOpened();
    expect(heard).toEqual(["opened", "held", "fresh"]);
    expect(opened[2]?.did).toEqual(["80"]);
  });

  it("promises nothing of the old shell after five minutes", async () => {
    newest().onOpened({ token: new Uint8Array(16), line: new Line() });
    refusal = new Problem("unreachable", 0);
    newest().onEnd("lost");
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(heard.at(-1)).toBe("held");
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(heard.at(-1)).toBe("lost");
  });

  it("waits for a client that is away", async () => {
    newest().onEnd("M14");
    refusal = new Problem("M8", 409);
    await vi.advanceTimersByTimeAsync(60_000);
    refusal = undefined;
    shell.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(opened).toHaveLength(2);
    expect(new Set(heard)).toEqual(new Set(["lost"]));
  });

  it.each<[string, () => void, string[]]>([
    ["its program", () => newest().onExit(exit), ["exit"]],
    ["its session", () => newest().onEnd("session_ended"), ["end session_ended"]],
    ["its owner", () => shell.close(), []],
  ])("ends with %s and is sought no more", async (_, happen, want) => {
    happen();
    newest().onEnd("lost");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heard).toEqual(want);
    expect(opened).toHaveLength(1);
  });

  it("ends when the client may not be reached any more", async () => {
    newest().onEnd("lost");
    refusal = new Problem("denied", 403);
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toEqual(["lost", "end denied"]);
  });

  it("gives up after half an hour", async () => {
    refusal = new Problem("unreachable", 0);
    newest().onEnd("lost");
    await vi.advanceTimersByTimeAsync(31 * 60_000);
    expect(heard.at(-1)).toBe("end unreachable");
    expect(opened).toHaveLength(1);
  });
});
