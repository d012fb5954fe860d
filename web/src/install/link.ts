const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
const shortest = 64; // bytes: version, id, secret, site, port, one character of a host, checksum
const longest = 316;
const sumSize = 4;

/**
 * The KEY_INFO in a link's fragment, "" if there is none. What mail programs
 * like to append to a link, such as ">" or a full stop, is no part of it.
 */
export function keyOf(hash: string): string {
  return /^#?([a-z2-7]+)/.exec(hash)?.[1] ?? "";
}

/** The code of the problem for which the site led back to this page, "" if it did not. */
export function problemOf(search: string): string {
  return new URLSearchParams(search).get("problem") ?? "";
}

/** The link as it was handed on: without what this visit added to it. */
export function cleanLink({ origin, pathname, hash }: Pick<URL, "origin" | "pathname" | "hash">): string {
  return origin + pathname + hash;
}

/**
 * Whether a KEY_INFO is whole: the end of its bytes is the beginning of the
 * SHA-256 of all before it (docs/PROTOCOL.md section 2). Whether it is still
 * good, only the site knows.
 */
export async function isWhole(keyInfo: string): Promise<boolean> {
  const bytes = fromBase32(keyInfo);
  if (!bytes || bytes.length < shortest || bytes.length > longest) return false;
  const end = bytes.length - sumSize;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice(0, end)));
  return bytes.slice(end).every((byte, at) => byte === sum[at]);
}

/** The bytes of an unpadded base32 text (RFC 4648), undefined if it is none. */
function fromBase32(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [bits, held, at] = [0, 0, 0];
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return undefined;
    bits = ((bits << 5) | value) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = bits >> held;
    }
  }
  return bytes;
}
