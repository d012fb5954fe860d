import { describe, expect, it } from "vitest";
import type { LiveEvent } from "../api/live";
import type { Client } from "../api/types";
import { client } from "../test/client";
import { merge } from "./merge";
import { everything } from "./query";

const changed = (id: string, change: Partial<Client> = {}): LiveEvent => ({
  type: "client",
  client: client(id, change),
});
const removed = (id: string): LiveEvent => ({ type: "client_removed", id });
const list = [client("a"), client("c"), client("e")];
const ids = (items: readonly Client[]) => items.map(({ id }) => id).join("");

describe("merge", () => {
  it("replaces a client where it stands, whatever its order now is", () => {
    const { items, moved } = merge(list, [changed("a", { name: "z", status: "offline" })], everything, true);
    expect(ids(items)).toBe("ace");
    expect(items[0]).toMatchObject({ name: "z", status: "offline" });
    expect(moved).toBe(0);
  });

  it("keeps the objects of clients that did not change", () => {
    const { items } = merge(list, [changed("a")], everything, true);
    expect(items[1]).toBe(list[1]);
  });

  it.each<[string, LiveEvent[], boolean, string, number]>([
    ["removes", [removed("c")], true, "ae", -1],
    ["inserts in order", [changed("b")], false, "abce", 1],
    ["appends when the list is complete", [changed("x")], true, "acex", 1],
    ["leaves alone what comes behind the loaded part", [changed("x")], false, "ace", 0],
    ["takes the last word on a client", [changed("b"), removed("b")], true, "ace", 0],
    ["removes and brings back", [removed("c"), changed("c")], true, "ace", 0],
    ["ignores the removal of a stranger", [removed("x")], true, "ace", 0],
    ["is empty when all are gone", [removed("a"), removed("c"), removed("e")], true, "", -3],
  ])("%s", (_, events, complete, want, moved) => {
    const result = merge(list, events, everything, complete);
    expect(ids(result.items)).toBe(want);
    expect(result.moved).toBe(moved);
  });

  it("lets go of a client that the query no longer asks for", () => {
    const query = { ...everything, group: "general" };
    const { items } = merge(list, [changed("c", { group: { code: "other", name: "Other" } })], query, true);
    expect(ids(items)).toBe("ae");
  });

  it("returns the same list when nothing changed", () => {
    expect(merge(list, [], everything, true).items).toBe(list);
    expect(merge(list, [removed("x")], everything, true).items).toBe(list);
  });
});
