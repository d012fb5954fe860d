import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as wire from ".";
import { MessageReader, message, raw, Type } from ".";

// Go wrote these messages and reads the same file (transport/wire).
interface Golden {
  type: number;
  name: string;
  hex: string;
  value: Record<string, never>;
}

const file = new URL("../../../transport/wire/testdata/golden.json", import.meta.url);
const goldens: Golden[] = JSON.parse(readFileSync(file, "utf8"));

function golden(name: string): Golden & { bytes: Uint8Array; body: Uint8Array } {
  const found = goldens.find((g) => g.name === name);
  if (!found) throw new Error(`no golden message ${name}`);
  const bytes = Uint8Array.from(Buffer.from(found.hex, "hex"));
  return { ...found, bytes, body: bytes.subarray(4) };
}

/** Go's field names, as this side spells them. */
function spelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k === "ID" ? "id" : k[0]?.toLowerCase() + k.slice(1), spelled(v)]),
  );
}

describe("golden messages", () => {
  it.each(goldens.map((g) => [g.name, g.hex, g.type]))("frames %s", (_, hex, type) => {
    const reader = new MessageReader();
    reader.push(Uint8Array.from(Buffer.from(hex as string, "hex")));
    const m = reader.next();
    expect(m?.type).toBe(type);
    expect(Buffer.from(message(m?.type ?? 0, m?.body)).toString("hex")).toBe(hex);
    expect(reader.next()).toBeUndefined();
  });

  const options = { quality: 75, viewOnly: false, paused: false };
  const token = Uint8Array.from({ length: 16 }, (_, i) => 40 + i);
  const start = { format: 1, codings: [2, 1], codecs: 5, window: 4, options };
  it.each([
    ["screen start", Type.ScreenStart, wire.encodeScreenStart(start)],
    ["options", Type.Options, wire.encodeScreenOptions({ quality: 40, viewOnly: true, paused: true })],
    ["shell start", Type.ShellStart, wire.encodeShellStart(80, 24, "xterm-256color")],
    ["shell start, lasting", Type.ShellStart, wire.encodeShellStart(80, 24, "xterm", true)],
    ["resume", Type.Resume, wire.encodeResume(token, 2 ** 34)],
    ["received", Type.Received, raw.received(2 ** 33)],
    ["exec start", Type.ExecStart, wire.encodeExecStart(["echo", "a b", "ü"], "/var")],
    ["resize", Type.Resize, raw.size(132, 50)],
    ["ack", Type.Ack, raw.ack(70000, 1500)],
    ["pointer", Type.Pointer, raw.pointer(-1, 700, 17)],
    ["wheel", Type.Wheel, raw.wheel(-120, 15)],
    ["key down", Type.Key, raw.key(true, 16785580, 8)],
    ["key up", Type.Key, raw.key(false, 65293, 40)],
    ["release all", Type.ReleaseAll, undefined],
    ["attention", Type.Attention, undefined],
    ["log out", Type.LogOut, undefined],
  ])("writes %s as Go does", (name, type, body) => {
    expect(Buffer.from(message(type, body)).toString("hex")).toBe(golden(name).hex);
  });

  it.each([
    ["opened", wire.decodeOpened],
    ["refused", wire.decodeRefused],
    ["goodbye", wire.decodeGoodbye],
    ["notice", wire.decodeNotice],
    ["exit", wire.decodeExit],
    ["no exit", wire.decodeExit],
    ["cursor at", raw.parseCursorAt],
  ])("reads %s as Go does", (name, read) => {
    expect(read(golden(name).body)).toEqual(spelled(golden(name).value));
  });

  it("reads the answer of a conversation that lasts", () => {
    expect(wire.decodeOpened(golden("opened, lasting").body)).toEqual({ rights: 4, token, received: 2 ** 33 });
    expect(raw.parseReceived(golden("received").body)).toBe(2 ** 33);
  });

  it("reads displays as Go does", () => {
    const want = spelled(golden("displays").value) as wire.Displays;
    for (const d of want.displays) d.scale ||= 100;
    expect(wire.decodeDisplays(golden("displays").body)).toEqual(want);
  });

  it("reads cursors as Go does", () => {
    const shape = { width: 2, height: 1, hotX: 1, hotY: 0 };
    expect(raw.parseCursor(golden("cursor").body)).toEqual({
      ...shape,
      pixels: Uint8Array.from([255, 0, 0, 255, 0, 0, 255, 128]),
    });
    expect(raw.parseCursor(golden("cursor, hidden").body).width).toBe(0);
  });

  it("refuses raw bodies of another length", () => {
    expect(() => raw.parseCursor(golden("cursor").body.subarray(0, 15))).toThrow(wire.Malformed);
    expect(() => raw.parseCursor(Uint8Array.from([1, 1, 0, 1, 0, 0, 0, 0]))).toThrow(wire.Malformed);
    expect(() => raw.parseCursorAt(new Uint8Array(7))).toThrow(wire.Malformed);
  });
});
