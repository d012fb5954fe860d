import { describe, expect, it } from "vitest";
import type { Display } from "../wire";
import { ALL, chosen, displayOf, whole } from "./displays";

const display = (id: number, x: number, y: number, primary = false): Display => {
  return { id, x, y, width: 800, height: 600, scale: 100, primary, name: "" };
};

describe("displays", () => {
  const two = [display(0, -800, 100), display(1, 0, 0, true)];
  it("stand beside each other as one", () => {
    expect(whole(two)).toMatchObject({ id: ALL, x: -800, y: 0, width: 1600, height: 700 });
  });
  it("are not one where there is only one, or where they are too far apart", () => {
    expect(whole([display(0, 0, 0)])).toBeUndefined();
    expect(whole([display(0, 0, 0), display(1, 2 ** 31 - 1, 0)])).toBeUndefined();
    expect(whole([display(0, 0, 0), display(1, 12_000, 12_000)])).toBeUndefined();
  });
  it("are shown as asked for, else the primary one", () => {
    expect([0, 1, ALL, 7, -1].map((id) => chosen(two, id)?.id)).toEqual([0, 1, ALL, 1, 1]);
    expect(chosen([display(3, 0, 0)], ALL)?.id).toBe(3);
    expect(displayOf([], ALL)).toBeUndefined();
  });
});
