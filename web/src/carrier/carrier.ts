/**
 * What carries a channel: a WebSocket, or WebTransport where the browser has it
 * and UDP gets through. It knows no messages and is not a client of the HTTP API
 * but for the tickets that WebTransport needs.
 */

/** The ways to carry a channel, as people call them. */
export type Way = "WebSocket" | "WebTransport";

/** Whom a carrier tells. Nothing is said after onClose, which is said once, unless close was called before. */
export interface Hearer {
  onOpen(): void;
  onData(chunk: Uint8Array): void;
  /** The codes are those of a WebSocket; 1006 is a loss. */
  onClose(code: number, reason: string): void;
}

/** One connection that carries bytes both ways. */
export interface Carrier {
  readonly way: Way;
  /** Sends bytes; only between onOpen and the end. */
  send(bytes: Uint8Array): void;
  /** Ends it in good order, for which the code is 1000, or without a code as lost. */
  close(code?: number): void;
}

/** Begins to connect. The hearer is told nothing before this returns. */
export type Open = (hearer: Hearer) => Carrier;

export const NORMAL = 1000;
export const GOING_AWAY = 1001;
export const LOST = 1006;
