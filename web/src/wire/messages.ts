import { decode, encode, type Fields } from "./cbor";
import { Malformed } from "./types";

/** The agent's yes: what the endpoint grants. */
export interface Opened {
  rights: number;
  token: Uint8Array | null; // to go on with the conversation; null: it does not last
  received: number; // bytes, see Resume in Go
}

/** A no, shown to people. */
export interface Refused {
  code: string;
  text: string;
  hint: string;
  retryAfter: number; // seconds; 0: as usual
  final: boolean; // trying again cannot help
}

/** An orderly end. */
export interface Goodbye {
  code: string;
  retryAfter: number; // seconds
}

/** What may be changed while a screen is shown. */
export interface ScreenOptions {
  quality: number; // of the first pass of photographs, 1 to 100; 0: lossless only
  viewOnly: boolean;
  paused: boolean;
  noVideo?: boolean; // whatever codecs were announced: films as photographs
}

/** A viewer's first message. */
export interface ScreenStart {
  format: number;
  codings: number[]; // in order of preference
  codecs: number;
  window: number; // frames taken unacknowledged
  options: ScreenOptions;
}

/** One monitor, in pixels of the remote desktop. */
export interface Display {
  id: number;
  x: number;
  y: number;
  width: number;
  height: number;
  scale: number; // percent
  primary: boolean;
  name: string;
}

/** The pictures that follow: all black, their coding new, their caches empty. */
export interface Displays {
  format: number;
  coding: number;
  epoch: number;
  displays: Display[];
}

/** A sentence worth showing. */
export interface Notice {
  code: string;
  text: string;
}

/** How a shell or a program ended. */
export interface Exit {
  status: number; // 128+n after signal n
  text: string; // why there is no status
}

const TOKEN_SIZE = 16;
const MAX_SIDE = 16384;
const MAX_PIXELS = 64 << 20;

export function encodeScreenStart(s: ScreenStart): Uint8Array {
  return encode([
    [1, s.format],
    [2, Uint8Array.from(s.codings)],
    [3, s.codecs],
    [4, s.window],
    [5, new Map(optionFields(s.options))],
  ]);
}

export function encodeScreenOptions(o: ScreenOptions): Uint8Array {
  return encode(optionFields(o));
}

/** A lasting shell can be gone on with after its channel was lost. */
export function encodeShellStart(columns: number, rows: number, term: string, lasting = false): Uint8Array {
  return encode([
    [1, columns],
    [2, rows],
    [3, term],
    [4, lasting || undefined],
  ]);
}

/** Goes on with a conversation that lasts. */
export function encodeResume(token: Uint8Array, received: number): Uint8Array {
  return encode([
    [1, token],
    [2, received > 0xffffffff ? BigInt(received) : received],
  ]);
}

export function encodeExecStart(args: string[], dir = ""): Uint8Array {
  return encode([
    [1, args],
    [2, dir || undefined],
  ]);
}

export function decodeOpened(body: Uint8Array): Opened {
  const f = decode(body);
  return {
    rights: integer(f, 1, 0, 0xffffffff),
    token: token(f, 2),
    received: integer(f, 3, 0, Number.MAX_SAFE_INTEGER),
  };
}

export function decodeRefused(body: Uint8Array): Refused {
  const f = decode(body);
  return {
    code: text(f, 1, 64),
    text: text(f, 2, 1024),
    hint: text(f, 3, 1024),
    retryAfter: integer(f, 4, 0, 0xffffffff),
    final: flag(f, 5),
  };
}

export function decodeGoodbye(body: Uint8Array): Goodbye {
  const f = decode(body);
  return { code: text(f, 1, 64), retryAfter: integer(f, 2, 0, 0xffffffff) };
}

export function decodeNotice(body: Uint8Array): Notice {
  const f = decode(body);
  return { code: text(f, 1, 64), text: text(f, 2, 1024) };
}

export function decodeExit(body: Uint8Array): Exit {
  const f = decode(body);
  return { status: integer(f, 1, -(2 ** 31), 2 ** 32), text: text(f, 2, 4096) };
}

/** Decodes Displays within the protocol's bounds: 1 to 16, 64 million pixels in all. */
export function decodeDisplays(body: Uint8Array): Displays {
  const f = decode(body);
  const list = f.get(4);
  if (!Array.isArray(list) || list.length < 1 || list.length > 16) throw new Malformed("not 1 to 16 displays");
  const displays = list.map(decodeDisplay);
  if (new Set(displays.map((d) => d.id)).size !== displays.length) throw new Malformed("two displays with one id");
  const pixels = displays.reduce((sum, d) => sum + d.width * d.height, 0);
  if (pixels > MAX_PIXELS) throw new Malformed(`${pixels} pixels`);
  return {
    format: integer(f, 1, 0, 255),
    coding: integer(f, 2, 0, 255),
    epoch: integer(f, 3, 0, 0xffffffff),
    displays,
  };
}

function decodeDisplay(value: unknown): Display {
  if (!(value instanceof Map)) throw new Malformed("a display that is no map");
  return {
    id: integer(value, 1, 0, 255),
    x: integer(value, 2, -(2 ** 31), 2 ** 31 - 1),
    y: integer(value, 3, -(2 ** 31), 2 ** 31 - 1),
    width: integer(value, 4, 1, MAX_SIDE),
    height: integer(value, 5, 1, MAX_SIDE),
    scale: integer(value, 6, 0, 65535) || 100,
    primary: flag(value, 7),
    name: text(value, 8, 256),
  };
}

function optionFields(o: ScreenOptions): [number, unknown][] {
  const fields: [number, unknown][] = [
    [1, o.quality || undefined],
    [2, o.viewOnly || undefined],
    [3, o.paused || undefined],
    [4, o.noVideo || undefined],
  ];
  return fields.filter(([, value]) => value !== undefined);
}

/** Reads an integer; a missing one is 0, which must then be allowed. */
function integer(f: Fields, at: number, min: number, max: number): number {
  const found = f.get(at) ?? 0;
  const value = typeof found === "bigint" ? Number(found) : found;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
    throw new Malformed(`field ${at} is no integer from ${min} to ${max}`);
  return value;
}

/** Reads a text of at most limit characters; a missing one is empty. */
function text(f: Fields, at: number, limit: number): string {
  const value = f.get(at) ?? "";
  if (typeof value !== "string") throw new Malformed(`field ${at} is no text`);
  if (value.length > limit && [...value].length > limit) throw new Malformed(`field ${at} is over ${limit} characters`);
  return value;
}

/** Reads a conversation's token; a missing one is null. */
function token(f: Fields, at: number): Uint8Array | null {
  const value = f.get(at) ?? null;
  if (value !== null && !(value instanceof Uint8Array && value.length === TOKEN_SIZE))
    throw new Malformed(`field ${at} is no token`);
  return value;
}

function flag(f: Fields, at: number): boolean {
  const value = f.get(at) ?? false;
  if (typeof value !== "boolean") throw new Malformed(`field ${at} is neither true nor false`);
  return value;
}
