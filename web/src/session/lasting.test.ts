import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import type { Exit } from "../wire";
import { LastingShell } from "./lasting";
import type { ShellListener } from "./shell";

let heard: string[];
let opened: { session: string; listener: ShellListener; did: string[] }[];
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
      onLost: (code) => heard.push(`lost ${code}`),
      onEnd: (code) => heard.push(`end ${code}`),
    },
    {
      seek: async () => {
        if (refusal) throw refusal;
        return "two";
      },
      open: (session, _, listener) => {
        const did: string[] = [];
        opened.push({ session, listener, did });
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
    newest().onOutput(new TextEncoder().encode("$"));
    shell.input("ls");
    expect(heard).toEqual(["opened", "lost lost", "fresh", "$"]);
    expect(opened.map((o) => o.session)).toEqual(["one", "two"]);
    expect(opened[1]?.did).toEqual(["99", "ls"]);
  });

  it("waits for a client that is away", async () => {
    newest().onEnd("M14");
    refusal = new Problem("M8", 409);
    await vi.advanceTimersByTimeAsync(60_000);
    refusal = undefined;
    shell.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(opened).toHaveLength(2);
    expect(new Set(heard)).toEqual(new Set(["lost M14", "lost M8"]));
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
    expect(heard).toEqual(["lost lost", "end denied"]);
  });

  it("gives up after half an hour", async () => {
    refusal = new Problem("unreachable", 0);
    newest().onEnd("lost");
    await vi.advanceTimersByTimeAsync(31 * 60_000);
    expect(heard.at(-1)).toBe("end unreachable");
    expect(opened).toHaveLength(1);
  });
});
