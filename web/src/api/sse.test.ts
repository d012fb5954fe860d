import { describe, expect, it } from "vitest";
import { EventParser } from "./sse";

const all = (pieces: string[]) => {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe("EventParser", () => {
  it.each([
    ["one event", ["event: a\ndata: 1\n\n"], [{ event: "a", data: "1" }]],
    ["no name", ["data: 1\n\n"], [{ event: "message", data: "1" }]],
    ["several lines of data", ["data: 1\ndata: 2\n\n"], [{ event: "message", data: "1\n2" }]],
    ["no space after the colon", ["event:a\ndata:1\n\n"], [{ event: "a", data: "1" }]],
    ["comments and retry", [": here\n\nretry: 2000\n\n"], []],
    ["an event without data", ["event: a\n\ndata: 1\n\n"], [{ event: "message", data: "1" }]],
    ["carriage returns", ["event: a\r\ndata: 1\r\n\r\n"], [{ event: "a", data: "1" }]],
    ["an unfinished event", ["data: 1\n"], []],
  ])("reads %s", (_, pieces, want) => {
    expect(all(pieces)).toEqual(want);
  });

  it("reads the same whatever the pieces are", () => {
    const text = "event: a\r\ndata: 1\r\n\r\n: x\nevent: b\ndata: 2\n\n";
    const whole = all([text]);
    expect(whole).toHaveLength(2);
    for (let at = 1; at < text.length; at++) expect(all([text.slice(0, at), text.slice(at)])).toEqual(whole);
    expect(all([...text])).toEqual(whole);
  });

  it("refuses an event without end", () => {
    const parser = new EventParser();
    expect(() => parser.push(`data: ${"x".repeat(2 << 20)}`)).toThrow();
  });
});
