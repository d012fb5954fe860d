import { afterEach, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import { persistentSignIn } from "./persistent";

afterEach(() => vi.unstubAllGlobals());

/** Stubs a site that gives these answers, then none. Returns the bodies it was sent. */
function site(...answers: (Response | "none")[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    asked.push(String(init.body));
    const next = answers.shift() ?? "none";
    if (next === "none") throw new TypeError("network changed");
    return next;
  });
  return asked;
}

const me = () => new Response('{"name":"ann"}');

it("tries again while the site cannot be reached, with longer and longer pauses", async () => {
  const asked = site("none", "none", "none", "none", "none", me());
  const pauses: number[] = [];
  const onUnreachable = vi.fn();
  const wait = async (ms: number) => void pauses.push(ms);
  const signal = new AbortController().signal;
  expect(await persistentSignIn("ann", "secret", { signal, onUnreachable, wait })).toEqual({ name: "ann" });
  expect(new Set(asked)).toEqual(new Set(['{"name":"ann","password":"secret"}']));
  expect(onUnreachable).toHaveBeenCalledTimes(5);
  expect(pauses[0]).toBeLessThanOrEqual(500);
  expect(pauses[2]).toBeGreaterThan(500);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(4000);
});

it("does not try again when the site says no", async () => {
  const asked = site(new Response('{"code":"wrong_password"}', { status: 401 }), me());
  const around = { signal: new AbortController().signal, onUnreachable: vi.fn() };
  const thrown = await persistentSignIn("ann", "wrong", around).catch((problem: unknown) => problem);
  expect(thrown).toBeInstanceOf(Problem);
  expect(thrown).toMatchObject({ code: "wrong_password" });
  expect(asked).toHaveLength(1);
});

it("ends when it is called off", async () => {
  const asked = site();
  const off = new AbortController();
  const wait = async () => void (asked.length === 2 && off.abort());
  expect(await persistentSignIn("ann", "secret", { signal: off.signal, onUnreachable: vi.fn(), wait })).toBeUndefined();
  expect(asked).toHaveLength(2);
});
