import { describe, expect, it } from "vitest";
import type { DeploymentKey } from "../api/types";
import { commands } from "./commands";
import { over } from "./KeyTable";

const now = Date.parse("2026-11-23T12:00:00Z");
const key = (change: Partial<DeploymentKey>): DeploymentKey => ({
  uid: "k",
  platform: "",
  name: "",
  group: "general",
  tag: "",
  comments: "",
  overrides: [],
  max_uses: 2,
  uses: 0,
  created_by: "admin",
  created_at: "2026-11-22T12:00:00Z",
  expires_at: "2026-11-24T12:00:00Z",
  ...change,
});

describe("over", () => {
  it.each<[string, Partial<DeploymentKey>, ReturnType<typeof over>]>([
    ["a fresh key", {}, undefined],
    ["a key without a limit", { max_uses: 0, uses: 99 }, undefined],
    ["a used key", { uses: 2 }, "usedUp"],
    ["an old key", { expires_at: "2026-11-23T12:00:00Z" }, "expired"],
    ["a revoked key", { revoked_at: "2026-11-23T00:00:00Z", uses: 2 }, "revoked"],
  ])("%s", (_, change, want) => {
    expect(over(key(change), now)).toBe(want);
  });
});

describe("commands", () => {
  it("hold the key once, and a folder that is not the program's name", () => {
    for (const { line } of commands("abc234")) {
      expect(line.split("abc234")).toHaveLength(2);
      expect(line).toMatch(/--dir \S*jump-data /);
    }
  });
});
