import { describe, expect, it } from "vitest";
import type { Group } from "../api/types";
import { client } from "../test/client";
import { chosen } from "./columns";
import { changes, draftOf } from "./draft";
import { forEach } from "./each";
import { arrange, groupChoices, tagsOf } from "./groups";

const group = (code: string, change: Partial<Group> = {}): Group => ({
  code,
  name: code,
  kind: "shared",
  clients: 0,
  tags: [],
  ...change,
});
const personal = (owner: string) => group(`user:${owner}`, { kind: "personal", owner, name: owner });
const groups = [
  group("zeta"),
  personal("bob"),
  group("general", { name: "General" }),
  personal("anne"),
  group("alpha"),
];

describe("groups", () => {
  it("has the own group first, then General, then the shared ones; others' apart (E1)", () => {
    const { mine, others } = arrange(groups, "bob");
    expect(mine.map(({ code }) => code)).toEqual(["user:bob", "general", "alpha", "zeta"]);
    expect(others.map(({ code }) => code)).toEqual(["user:anne"]);
  });

  it("offers every group once", () => {
    const choices = groupChoices([...groups, group("alpha")], "bob", "Personal");
    expect(choices.map(({ label }) => label)).toEqual(["Personal", "General", "alpha", "zeta", "anne"]);
  });

  it("offers the tags of the group, or of all", () => {
    const tagged = [group("a", { tags: ["x", "b"] }), group("c", { tags: ["x", "d"] })];
    expect(tagsOf(tagged, "c")).toEqual(["d", "x"]);
    expect(tagsOf(tagged, undefined)).toEqual(["b", "d", "x"]);
  });
});

describe("properties (E7)", () => {
  const one = client("one", { tag: "t", comments: "c" });
  const two = client("two", { name: "two-host", tag: "t", comments: "d" });

  it("shows what the clients share", () => {
    expect(draftOf([one])).toEqual({ name: "one", group: "general", tag: "t", comments: "c" });
    expect(draftOf([one, two])).toEqual({ name: undefined, group: "general", tag: "t", comments: undefined });
  });

  it("shows no name for a client that goes by its hostname", () => {
    expect(draftOf([two]).name).toBe("");
  });

  it("writes only what was changed", () => {
    const before = draftOf([one, two]);
    expect(changes(before, before)).toEqual({});
    expect(changes(before, { ...before, tag: " new ", comments: "" })).toEqual({ tag: "new", comments: "" });
  });
});

describe("forEach", () => {
  it("goes on when one fails", async () => {
    const { done, failed } = await forEach([1, 2, 3, 4, 5, 6], async (n) => {
      if (n === 2) throw new Error("two");
    });
    expect(done.sort()).toEqual([1, 3, 4, 5, 6]);
    expect(failed.map(({ item }) => item)).toEqual([2]);
  });
});

describe("chosen", () => {
  it("always has the name, in the usual order", () => {
    expect(chosen(["tag", "status", "of an older version"]).map(({ id }) => id)).toEqual(["status", "name", "tag"]);
  });
});
