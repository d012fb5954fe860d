/** One server-sent event. */
export interface Message {
  event: string;
  data: string;
}

const maxPending = 1 << 20; // characters of one unfinished event

/**
 * Reads server-sent events (WHATWG HTML, section 9.2) from text as it arrives,
 * in pieces of any size. Comments are no messages, so what keeps a connection
 * alive must be watched on the bytes.
 */
export class EventParser {
  private pending = "";
  private event = "";
  private data: string[] = [];

  /** Takes a piece and returns the events that it completes. */
  push(piece: string): Message[] {
    this.pending += piece;
    const done: Message[] = [];
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.pending);
      if (!end) break;
      this.line(this.pending.slice(0, end.index), done);
      this.pending = this.pending.slice(end.index + end[0].length);
    }
    if (this.pending.length > maxPending) throw new Error("an event longer than the console reads");
    return done;
  }

  private line(line: string, done: Message[]): void {
    if (line === "") {
      if (this.data.length > 0) done.push({ event: this.event || "message", data: this.data.join("\n") });
      this.event = "";
      this.data = [];
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.event = value;
    if (field === "data") this.data.push(value);
  }
}
