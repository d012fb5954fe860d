import { MAX_TEXT, message, raw, Type } from "../../wire";

/** Sink is where input goes: messages to the remote computer. */
export interface Sink {
  key(down: boolean, keysym: number, usage: number): void;
  text(text: string): void;
  pointer(x: number, y: number, buttons: number): void;
  wheel(dx: number, dy: number): void;
  releaseAll(): void;
}

/** Returns a sink that hands whole messages to send, and none of them while muted says so. */
export function messages(send: (bytes: Uint8Array) => void, muted: () => boolean): Sink {
  const pass = (type: number, body?: Uint8Array) => {
    if (!muted()) send(message(type, body));
  };
  return {
    key: (down, keysym, usage) => pass(Type.Key, raw.key(down, keysym, usage)),
    text: (text) => {
      for (const piece of pieces(text)) pass(Type.Text, piece);
    },
    pointer: (x, y, buttons) => pass(Type.Pointer, raw.pointer(x, y, buttons)),
    wheel: (dx, dy) => pass(Type.Wheel, raw.wheel(dx, dy)),
    releaseAll: () => send(message(Type.ReleaseAll)), // letting go is always allowed
  };
}

/** Cuts a text into UTF-8 of at most MAX_TEXT bytes, never within a character. */
export function pieces(text: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(text.replace(/\r\n?/g, "\n"));
  const cut: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    let end = Math.min(at + MAX_TEXT, bytes.length);
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    cut.push(bytes.subarray(at, end));
    at = end;
  }
  return cut;
}
