import { describe, expect, it } from "vitest";
import { client } from "../test/client";
import { compare, everything, matches, params, type Query } from "./query";

const query = (change: Partial<Query>): Query => ({ ...everything, ...change });

describe("params", () => {
  it("names fields only when some are chosen and something is sought", () => {
    expect(params(query({ search: "x", fields: ["name", "tag"] })).fields).toBe("name,tag");
    expect(params(query({ search: "x" })).fields).toBeUndefined();
    expect(params(query({ fields: ["name"] })).fields).toBeUndefined();
  });
});

describe("matches", () => {
  const one = client("Alpha", {
    tag: "db",
    comments: "Über den Hof",
    group: { code: "user:anne", name: "anne" },
    last_accessed_at: "2031-05-06T10:20:30Z",
  });
  it.each<[string, Partial<Query>, boolean]>([
    ["nothing asked", {}, true],
    ["its group", { group: "user:anne" }, true],
    ["another group", { group: "general" }, false],
    ["its tag", { tag: "db" }, true],
    ["another status", { status: "offline" }, false],
    ["a part of the name in any case", { search: "LPH" }, true],
    ["the hostname by the field name", { search: "alpha-host", fields: ["name"] }, true],
    ["umlauts", { search: "über" }, true],
    ["a field that is not chosen", { search: "hof", fields: ["name", "tag"] }, false],
    ["the method", { search: "jump client", fields: ["method"] }, true],
    ["the last access", { search: "2031-05-06 10:20", fields: ["last_accessed"] }, true],
  ])("%s", (_, change, want) => {
    expect(matches(one, query(change))).toBe(want);
  });
});

describe("compare", () => {
  const names = (clients: { name: string }[]) => clients.map(({ name }) => name).join(" ");
  it("orders by status as the site does, then by name", () => {
    const list = [
      client("d", { status: "uninstalled" }),
      client("c", { status: "offline" }),
      client("B", { status: "online" }),
      client("a", { status: "online" }),
      client("e", { status: "disabled" }),
    ];
    expect(names(list.sort((a, b) => compare(a, b, query({ sort: "status" }))))).toBe("a B e c d");
    expect(names(list.sort((a, b) => compare(a, b, query({ sort: "status", descending: true }))))).toBe("d c e B a");
  });

  it("never takes two clients for equal", () => {
    expect(compare(client("1", { name: "x" }), client("2", { name: "x" }), everything)).toBeLessThan(0);
  });
});
