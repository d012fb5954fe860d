import { describe, expect, it } from "vitest";
import { copyPicture, pictureName } from "./screenshot";
import { keysymsOf } from "./ui/Keys";

describe("screenshots", () => {
  it("are named after the client and the clock on the wall", () => {
    expect(pictureName("desk", new Date(2026, 0, 2, 3, 4, 5))).toBe("desk 2026-01-02 03-04-05.png");
  });
  it("are not copied where there is no clipboard", async () => {
    await expect(copyPicture(Promise.resolve(new Blob()))).rejects.toThrow();
  });
});

describe("the menu of keys", () => {
  it("presses modifiers by their left keys, and letters without Shift", () => {
    expect(keysymsOf(["win", "L"])).toEqual([0xffeb, 0x6c]);
    expect(keysymsOf(["ctrl", "shift", "esc"])).toEqual([0xffe3, 0xffe1, 0xff1b]);
    expect(keysymsOf(["alt", "F4"])).toEqual([0xffe9, 0xffc1]);
  });
});
