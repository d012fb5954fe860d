// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import type { Client, Group } from "../api/types";
import type { Say } from "../i18n/useTexts";
import { client } from "../test/client";
import { chosen } from "./columns";
import { changes, draftOf } from "./draft";
import { forEach } from "./each";
import { arrange, groupChoices, tagsOf } from "./groups";
import { notesOf } from "./notes";

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
    expect(draftOf([one])).toEqual({ name: "one", group: "general", tag: "t", comments: "c", type: "active" });
    expect(draftOf([one, two])).toEqual({
      name: undefined,
      group: "general",
      tag: "t",
      comments: undefined,
      type: "active",
    });
    expect(draftOf([one, { ...two, passive: true }]).type).toBeUndefined();
  });

  it("shows no name for a client that goes by its hostname", () => {
    expect(draftOf([two]).name).toBe("");
  });

  it("writes only what was changed", () => {
    const before = draftOf([one, two]);
    expect(changes(before, before)).toEqual({});
    expect(changes(before, { ...before, type: "passive" })).toEqual({ passive: true });
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

describe("notesOf", () => {
  const t = ((key, values) => `${key} ${Object.values(values ?? {}).join()}`.trim()) as Say;
  const keys = (change: Partial<Client>) => notesOf(client("one", change), t).map((note) => note.split(" ")[0]);

  it("says nothing of a client that is there", () => {
    expect(keys({})).toEqual([]);
  });
  it("says that a client was uninstalled, and of when its statistics are (E10)", () => {
    expect(keys({ status: "uninstalled", uninstalled_at: "2026-11-02T00:00:00Z" })).toEqual([
      "stats.uninstalledNote",
      "stats.asOf",
    ]);
  });
  it("says which computers show the key of a client in quarantine", () => {
    const copies = ["192.0.2.1", "192.0.2.2"].map((address) => ({
      number: "1",
      address,
      hostname: "pc",
      connected: true,
      since: "2026-11-02T00:00:00Z",
      seen_at: "2026-11-02T00:00:00Z",
    }));
    expect(keys({ status: "quarantined", copies })).toEqual([
      "stats.quarantineNote",
      "stats.quarantineCopy",
      "stats.quarantineCopy",
    ]);
  });
  it("says when a client that is away removes itself (E11)", () => {
    expect(keys({ status: "offline", removal_due_at: "2027-05-01T00:00:00Z" })).toEqual([
      "stats.offlineNote",
      "stats.removalNote",
    ]);
    expect(keys({ status: "offline" })).toEqual(["stats.offlineNote"]);
  });
  it("says that its user has disabled it, also while it is away (A7)", () => {
    expect(keys({ status: "disabled", disabled: true })).toEqual(["stats.disabledNote"]);
    expect(keys({ status: "offline", disabled: true })).toEqual(["stats.offlineNote", "stats.disabledNote"]);
  });
});
