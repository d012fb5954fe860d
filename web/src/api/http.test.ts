import { afterEach, describe, expect, it, vi } from "vitest";
import { address, call, onSignedOut } from "./http";
import { asProblem, parseProblem } from "./problem";

afterEach(() => vi.unstubAllGlobals());

const answer = (status: number, body: string) =>
  vi.stubGlobal("fetch", async () => new Response(body || null, { status }));
const thrown = async () => asProblem(await call("GET", "/x").catch((error: unknown) => error));

describe("address", () => {
  it("leaves out what is empty and escapes the rest", () => {
    expect(address("/clients", { search: "a&b", tag: "", limit: 5, cursor: undefined })).toBe(
      "/api/v1/clients?search=a%26b&limit=5",
    );
    expect(address("/me")).toBe("/api/v1/me");
  });
});

describe("call", () => {
  it("returns the body, or nothing for 204", async () => {
    answer(200, '{"a":1}');
    expect(await call("GET", "/x")).toEqual({ a: 1 });
    answer(204, "");
    expect(await call("DELETE", "/x")).toBeUndefined();
  });

  it("throws the site's problem", async () => {
    answer(409, '{"code":"M8","detail":"offline","hint":"wait","status":409}');
    expect(await thrown()).toMatchObject({ code: "M8", status: 409, detail: "offline", hint: "wait" });
  });

  it.each([
    ["a proxy's page", 502, "<html>"],
    ["an empty answer", 500, ""],
    ["success that is no JSON", 200, "<html>"],
  ])("says %s is unexpected", async (_, status, body) => {
    answer(status, body);
    expect((await thrown()).code).toBe("unexpected");
  });

  it("says when the site cannot be reached", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("failed to fetch");
    });
    expect((await thrown()).code).toBe("unreachable");
  });

  it("lets an aborted request be one", async () => {
    const stop = new AbortController();
    vi.stubGlobal("fetch", async () => {
      throw new DOMException("", "AbortError");
    });
    stop.abort();
    await expect(call("GET", "/x", { signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("tells when the sign-in has ended, but not that it failed", async () => {
    const heard = vi.fn();
    const stop = onSignedOut(heard);
    answer(401, '{"code":"signed_out"}');
    await thrown();
    expect(heard).toHaveBeenCalledTimes(1);
    answer(401, '{"code":"sign_in_failed"}');
    await call("POST", "/login").catch(() => {});
    expect(heard).toHaveBeenCalledTimes(1);
    stop();
  });
});

describe("parseProblem", () => {
  it("survives any body", () => {
    for (const body of [null, 1, "x", [], { code: 5, errors: "x" }, { errors: [null, 1, { message: 2 }] }]) {
      expect(parseProblem(500, body).code).toBe("unexpected");
    }
  });
});
