import { describe, expect, it } from "vitest";
import type { DeploymentKey } from "../api/types";
import { addressesIn, isAddress } from "./addresses";
import { filtered } from "./filter";
import { endOf, extension } from "./validities";

const key = (change: Partial<DeploymentKey>): DeploymentKey => ({
  uid: "k",
  platform: "",
  mode: "",
  state: "valid",
  name: "",
  group: "general",
  tag: "",
  comments: "",
  overrides: [],
  max_uses: 2,
  passive: false,
  uses: 0,
  created_by: "admin",
  created_at: "2026-11-22T12:00:00Z",
  expires_at: "2026-11-24T12:00:00Z",
  ...change,
});

describe("filtered", () => {
  const keys = [
    key({ uid: "old", created_at: "2026-11-01T00:00:00Z", state: "expired", tag: "Kiosk" }),
    key({ uid: "new", created_at: "2026-11-20T00:00:00Z", comments: "for the kiosks" }),
    key({ uid: "gone", created_at: "2026-11-10T00:00:00Z", state: "revoked", created_by: "ada" }),
  ];
  const uids = (filter: Parameters<typeof filtered>[1]) => filtered(keys, filter).map(({ uid }) => uid);

  it("has the newest first", () => {
    expect(uids({ state: "all", search: "" })).toEqual(["new", "gone", "old"]);
  });
  it("parts those that work from those that do not", () => {
    expect(uids({ state: "valid", search: "" })).toEqual(["new"]);
    expect(uids({ state: "over", search: "" })).toEqual(["gone", "old"]);
  });
  it("searches all that is shown, whatever the case", () => {
    expect(uids({ state: "all", search: " KIOSK " })).toEqual(["new", "old"]);
    expect(uids({ state: "over", search: "ada" })).toEqual(["gone"]);
    expect(uids({ state: "all", search: "nowhere" })).toEqual([]);
  });
});

describe("extension", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");

  it.each([
    ["2026-11-01T00:00:00Z", "24h"], // it is over
    ["2026-11-23T20:00:00Z", "24h"],
    ["2026-11-24T12:00:00Z", "168h"],
    ["2027-11-23T12:00:00Z", "8760h"], // nothing is longer
  ])("of what ends %s is %s, which never ends it sooner", (expires, want) => {
    expect(extension(expires, now)).toBe(want);
  });

  it("ends when it says", () => {
    expect(new Date(endOf("10m", now)).toISOString()).toBe("2026-11-23T12:10:00.000Z");
    expect(new Date(endOf("168h", now)).toISOString()).toBe("2026-11-30T12:00:00.000Z");
  });
});

describe("addresses", () => {
  it.each(["ada@example.com", "a.b+c@sub.example.org", "ünï@exämple.de"])("%s is one", (text) => {
    expect(isAddress(text)).toBe(true);
  });
  it.each([
    "",
    "ada",
    "ada@",
    "@example.com",
    "a b@example.com",
    "a@b",
    "a@example.com.",
    "a@b.c\r\nBcc:x",
    `${"a".repeat(250)}@b.de`,
  ])("%j is none", (text) => {
    expect(isAddress(text)).toBe(false);
  });
  it("are found where somebody pastes a list", () => {
    expect(addressesIn("Ada <ada@example.com>; bob@example.com,\n carl@example.com\n")).toEqual([
      "ada@example.com",
      "bob@example.com",
      "carl@example.com",
    ]);
  });
});
