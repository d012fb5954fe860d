import { describe, expect, it } from "vitest";
import { choose, chooseAll, forget, move, nothing, type Selection } from "./selection";

const order = [..."abcdef"].map((id) => ({ id }));
const plain = { toggle: false, range: false };
const toggle = { toggle: true, range: false };
const range = { toggle: false, range: true };
const ids = ({ ids }: Selection) => [...ids].sort().join("");

describe("choose", () => {
  it("takes one, adds and takes away others", () => {
    let now = choose(nothing, order, "b", plain);
    expect(ids(now)).toBe("b");
    now = choose(now, order, "d", toggle);
    expect(ids(now)).toBe("bd");
    now = choose(now, order, "b", toggle);
    expect(ids(now)).toBe("d");
    expect(ids(choose(now, order, "a", plain))).toBe("a");
  });

  it("takes a range from where it began, either way", () => {
    const from = choose(nothing, order, "c", plain);
    const down = choose(from, order, "e", range);
    expect(ids(down)).toBe("cde");
    expect(ids(choose(down, order, "a", range))).toBe("abc");
  });

  it("takes one when the beginning of a range is gone", () => {
    const from = choose(nothing, order, "gone", plain);
    expect(ids(choose(from, order, "b", range))).toBe("b");
  });
});

describe("move", () => {
  it.each([
    ["down", "b", 1, "c"],
    ["up", "b", -1, "a"],
    ["stops at the end", "f", 1, "f"],
    ["stops at the beginning", "a", -5, "a"],
    ["far", "a", 100, "f"],
  ])("%s", (_, from, by, want) => {
    expect(move(choose(nothing, order, from, plain), order, by, false).cursor).toBe(want);
  });

  it("begins at an end", () => {
    expect(move(nothing, order, 1, false).cursor).toBe("a");
    expect(move(nothing, order, -1, false).cursor).toBe("f");
    expect(move(nothing, [], 1, false)).toBe(nothing);
  });

  it("extends and shrinks", () => {
    let now = choose(nothing, order, "b", plain);
    now = move(move(now, order, 1, true), order, 1, true);
    expect(ids(now)).toBe("bcd");
    expect(ids(move(now, order, -1, true))).toBe("bc");
  });
});

describe("chooseAll and forget", () => {
  it("takes all, and lets go of what the list has no more", () => {
    const all = chooseAll(nothing, order);
    expect(ids(all)).toBe("abcdef");
    expect(ids(forget(all, (id) => id < "c"))).toBe("ab");
    expect(forget(all, () => true)).toBe(all);
  });

  it("forgets the cursor with its row", () => {
    const now = choose(nothing, order, "b", plain);
    expect(forget(now, () => false)).toMatchObject({ cursor: undefined, anchor: undefined });
  });
});
