import { describe, expect, it } from "vitest";
import { inputBodies, resizeBody } from "./shell";
import { firstView, views } from "./views";

describe("views", () => {
  const all = ["view", "control", "shell", "exec"];
  it.each([
    [["screen", "shell"], all, null, ["screen", "shell"], "screen"],
    [["screen", "shell"], all, "shell", ["screen", "shell"], "shell"],
    [["shell", "exec"], all, null, ["shell"], "shell"],
    [["shell", "exec"], all, "screen", ["shell"], "shell"],
    [["screen", "shell"], ["view"], "shell", ["screen"], "screen"],
    [["exec"], all, null, [], undefined],
  ])("of %j with %j, asked for %s", (channels, rights, asked, offered, first) => {
    expect(views({ channels, rights })).toEqual(offered);
    expect(firstView(views({ channels, rights }), asked)).toBe(first);
  });
});

describe("shell", () => {
  it("writes sizes within the protocol's bounds", () => {
    expect([...resizeBody({ columns: 300, rows: 24 })]).toEqual([1, 44, 0, 24]);
    expect([...resizeBody({ columns: 0, rows: 5000 })]).toEqual([0, 1, 3, 232]);
  });

  it("cuts what is pasted, and never sends an empty input", () => {
    expect(inputBodies("")).toEqual([]);
    expect(inputBodies("ä").map((body) => [...body])).toEqual([[195, 164]]);
    const bodies = inputBodies("x".repeat(100_000));
    expect(bodies.map(({ length }) => length)).toEqual([32768, 32768, 32768, 1696]);
  });
});
