import * as raw from "./raw";
import { HEADER_SIZE, Malformed, Type } from "./types";

/** Bytes that each side keeps for the other until they are acknowledged, and may receive without having read them. */
export const WINDOW = 512 << 10;

const PING_SIZE = 8; // bytes

/** Writes one whole message to what carries a line. */
export type Send = (type: number, body: Uint8Array) => void;

/** A message that the other side may lack, and the count of bytes after it. */
interface Kept {
  type: number;
  body: Uint8Array;
  end: number;
}

/**
 * The browser's twin of the Go package transport/lasting, where the counting is
 * drawn: one conversation out of several channels, nothing lost or doubled when
 * one breaks. It knows no token, makes no connection and begins without a
 * channel. What is written beyond the window waits, without a limit: it is what
 * a person typed or pasted.
 */
export class Line {
  private base = 0; // bytes that are acknowledged
  private written = 0; // bytes
  private kept: Kept[] = []; // all that end after base
  private sent = 0; // of kept, those that the channel has
  private total = 0; // bytes of whole messages that came
  private read = 0; // of these, bytes that were taken
  private told = 0; // of these, bytes that the other side knows to have been taken
  private send: Send | undefined;

  /** Bytes of whole messages that have come. */
  get received(): number {
    return this.total;
  }

  /** Sends a message, or keeps it until it can be sent. */
  write(type: number, body: Uint8Array): void {
    this.written += HEADER_SIZE + body.length;
    this.kept.push({ type, body, end: this.written });
    this.pump();
  }

  /** Goes on over a channel whose other side has received so many bytes. Throws Malformed if that cannot be. */
  attach(send: Send, received: number): void {
    const first = this.kept.findIndex(({ end }) => end > received);
    const sent = first < 0 ? this.kept.length : first;
    const next = this.kept[sent];
    const border = next ? next.end - HEADER_SIZE - next.body.length : this.written;
    if (received < this.base || received !== border)
      throw new Malformed(`${received} bytes received of ${this.base} to ${this.written}, or no whole messages`);
    this.send = send;
    this.sent = sent;
    this.tell(); // however little is new: the last may have been lost
    this.pump();
  }

  /** Sends all that waits to a side that counts nothing, and is of no use after that. */
  flush(send: Send): void {
    for (const { type, body } of this.kept.splice(0)) send(type, body);
  }

  /** Waits for another channel. */
  detach(): void {
    this.send = undefined;
  }

  /** Takes a message in, and reports whether it is of the conversation. Throws Malformed where the rules are broken. */
  take(type: number, body: Uint8Array): boolean {
    if (type === Type.Received) this.acknowledge(raw.parseReceived(body));
    else if (type === Type.Ping) this.answer(body);
    else if (type !== Type.Pong) return this.count(body);
    return false;
  }

  private answer(ping: Uint8Array): void {
    if (ping.length !== PING_SIZE) throw new Malformed(`ping of ${ping.length} bytes`);
    this.send?.(Type.Pong, ping);
  }

  /** Says that a message of the conversation was dealt with, which makes room for another. */
  taken(body: Uint8Array): void {
    this.read += HEADER_SIZE + body.length;
    if (this.read - this.told >= WINDOW / 4) this.tell();
  }

  private count(body: Uint8Array): boolean {
    const total = this.total + HEADER_SIZE + body.length;
    if (total - this.told > WINDOW) throw new Malformed(`more than ${WINDOW} bytes without an acknowledgement`);
    this.total = total;
    return true;
  }

  private tell(): void {
    if (!this.send) return;
    this.told = this.read;
    this.send(Type.Received, raw.received(this.told));
  }

  private acknowledge(bytes: number): void {
    const most = this.kept[this.sent - 1]?.end ?? this.base;
    if (bytes < this.base || bytes > most)
      throw new Malformed(`${bytes} bytes acknowledged of ${this.base} to ${most}`);
    const whole = this.kept.findIndex(({ end }) => end > bytes);
    const gone = whole < 0 ? this.kept.length : whole; // the other side may have taken a part of the next
    this.base = bytes;
    this.kept = this.kept.slice(gone);
    this.sent -= gone;
    this.pump();
  }

  /** Sends what there is room for. */
  private pump(): void {
    for (let next = this.kept[this.sent]; this.send && next; next = this.kept[this.sent]) {
      if (next.end - this.base > WINDOW) return;
      this.sent++;
      this.send(next.type, next.body);
    }
  }
}
