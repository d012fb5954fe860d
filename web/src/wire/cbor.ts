import { Decoder, Encoder } from "cbor-x/index-no-eval";
import { MAX_CONTROL, Malformed } from "./types";

/** A message body: a map with small integer keys. */
export type Fields = Map<unknown, unknown>;

const MAX_LEVELS = 6;
const MAX_ITEMS = 1024;
const MAX_PAIRS = 256;

const encoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false });
const decoder = new Decoder({ mapsAsObjects: false, useRecords: false });

/**
 * Encodes a body deterministically (RFC 8949 section 4.2.1). The fields must be
 * in the order of their keys; those that are undefined are left out.
 */
export function encode(fields: [number, unknown][]): Uint8Array {
  return Uint8Array.from(encoder.encode(new Map(fields.filter(([, value]) => value !== undefined))));
}

/**
 * Decodes a body. Like the Go side it refuses tags, indefinite lengths, deep
 * nesting, duplicate keys, invalid UTF-8 and anything after the value, all
 * before the codec sees a byte.
 */
export function decode(body: Uint8Array): Fields {
  if (body.length > MAX_CONTROL) throw new Malformed(`CBOR body of ${body.length} bytes`);
  const end = new Check(body).value(0, 1);
  if (end !== body.length) throw new Malformed("bytes after the CBOR value");
  const value: unknown = decoder.decode(body);
  if (!(value instanceof Map)) throw new Malformed("a CBOR body must be a map");
  return value;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Check walks over one CBOR value without building it. */
class Check {
  constructor(private readonly body: Uint8Array) {}

  /** Checks the value at a position and returns the position after it. */
  value(at: number, level: number): number {
    if (level > MAX_LEVELS) throw new Malformed("CBOR nested too deeply");
    const [major, count, next] = this.head(at);
    switch (major) {
      case 0:
      case 1:
      case 7:
        return next;
      case 2:
        return this.bytes(next, count);
      case 3:
        return this.text(next, count);
      case 4:
        return this.items(next, count, level);
      case 5:
        return this.pairs(next, count, level);
      default:
        throw new Malformed("CBOR tags are not allowed");
    }
  }

  private head(at: number): [major: number, count: number, next: number] {
    const first = this.body[at];
    if (first === undefined) throw new Malformed("CBOR ends too early");
    const info = first & 31;
    if (info < 24) return [first >> 5, info, at + 1];
    if (info > 27) throw new Malformed("CBOR of indefinite or reserved length");
    const size = 1 << (info - 24);
    if (at + 1 + size > this.body.length) throw new Malformed("CBOR ends too early");
    let count = 0;
    for (let i = 0; i < size; i++) count = count * 256 + (this.body[at + 1 + i] as number);
    return [first >> 5, count, at + 1 + size];
  }

  private bytes(at: number, count: number): number {
    if (at + count > this.body.length) throw new Malformed("CBOR ends too early");
    return at + count;
  }

  private text(at: number, count: number): number {
    const end = this.bytes(at, count);
    try {
      utf8.decode(this.body.subarray(at, end));
    } catch {
      throw new Malformed("CBOR text that is not UTF-8");
    }
    return end;
  }

  private items(at: number, count: number, level: number): number {
    if (count > MAX_ITEMS) throw new Malformed(`CBOR array of ${count} items`);
    let next = at;
    for (let i = 0; i < count; i++) next = this.value(next, level + 1);
    return next;
  }

  private pairs(at: number, count: number, level: number): number {
    if (count > MAX_PAIRS) throw new Malformed(`CBOR map of ${count} pairs`);
    const seen = new Set<string>();
    let next = at;
    for (let i = 0; i < count; i++) {
      const key = next;
      next = this.value(key, level + 1);
      const name = String.fromCharCode(...this.body.subarray(key, Math.min(next, key + 512)));
      if (seen.has(name)) throw new Malformed("CBOR map with a duplicate key");
      seen.add(name);
      next = this.value(next, level + 1);
    }
    return next;
  }
}
