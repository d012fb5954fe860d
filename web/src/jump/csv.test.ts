import { describe, expect, it } from "vitest";
import { csv } from "./csv";

describe("csv", () => {
  it.each([
    ["plain", "a", "a"],
    ["a comma", "a,b", '"a,b"'],
    ["quotes", 'say "hi"', '"say ""hi"""'],
    ["lines", "a\nb", '"a\nb"'],
    ["spaces at the ends", " a", '" a"'],
    ["a formula", "=1+1", "'=1+1"],
    ["a formula in disguise", '@SUM(A1,"x")', '"\'@SUM(A1,""x"")"'],
    ["a minus", "-x", "'-x"],
    ["umlauts", "Müller", "Müller"],
    ["nothing", "", ""],
  ])("writes %s", (_, text, want) => {
    expect(csv([[text]])).toBe(`\uFEFF${want}\r\n`);
  });

  it("writes rows", () => {
    expect(
      csv([
        ["a", "b"],
        ["c", "d"],
      ]),
    ).toBe("\uFEFFa,b\r\nc,d\r\n");
  });
});
