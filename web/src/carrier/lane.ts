import { type Carrier, GOING_AWAY, type Hearer, LOST, NORMAL, type Open } from "./carrier";
import { closePiece, dataPieces, PieceReader } from "./pieces";
import { type Ticket, takeTicket } from "./ticket";

/** For so long the site may take to close what this side has closed, in ms. */
const CLOSING = 2_000;

/** Opens WebTransport sessions for the channel at the url, which begins with https; undefined where the browser has none. */
export function lanes(url: string): Open | undefined {
  if (typeof WebTransport !== "function") return undefined;
  return (hearer) => new Lane(async () => session(url, await takeTicket(url)), hearer);
}

function session(url: string, { ticket, hashes }: Ticket): WebTransport {
  const address = new URL(url);
  address.searchParams.set("ticket", ticket);
  const serverCertificateHashes = hashes.map((value) => ({ algorithm: "sha-256", value }));
  return new WebTransport(address.href, { serverCertificateHashes });
}

/** A channel over WebTransport: pieces on the one stream of a session. */
export class Lane implements Carrier {
  readonly way = "WebTransport";
  private session: WebTransport | undefined;
  private writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  private over = false; // nothing is said or sent any more
  private readonly leave = () => this.shut(GOING_AWAY); // the page goes, in good order

  constructor(
    begin: () => Promise<WebTransport>,
    private readonly hearer: Hearer,
  ) {
    this.run(begin).catch(() => {
      this.shut(LOST);
      this.end(LOST, "");
    });
    globalThis.addEventListener?.("pagehide", this.leave);
  }

  send(bytes: Uint8Array): void {
    for (const piece of dataPieces(bytes)) this.write(piece);
  }

  close(code?: number): void {
    if (this.over) return;
    this.over = true;
    if (code === undefined || !this.writer) {
      this.shut(code ?? LOST);
      return;
    }
    this.write(closePiece(code));
    this.writer.close().catch(() => {});
    setTimeout(() => this.shut(code), CLOSING); // the site, which reads that, closes first
  }

  private async run(begin: () => Promise<WebTransport>): Promise<void> {
    const session = await begin();
    this.session = session;
    if (this.over) {
      this.shut(NORMAL);
      return;
    }
    session.closed.then(
      ({ closeCode, reason }) => this.end(closeCode || LOST, reason ?? ""),
      () => this.end(LOST, ""),
    );
    await session.ready;
    const stream: WebTransportBidirectionalStream = await session.createBidirectionalStream();
    if (this.over) return;
    this.writer = stream.writable.getWriter();
    this.writer.closed.catch(() => {}); // the session's end says the same
    this.hearer.onOpen();
    await this.read(stream.readable.getReader());
  }

  private async read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const pieces = new PieceReader({
      onData: (chunk) => this.over || this.hearer.onData(chunk),
      onClose: (code, reason) => {
        this.shut(code);
        this.end(code, reason);
      },
    });
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      pieces.push(value);
    }
  }

  private write(piece: Uint8Array): void {
    this.writer?.write(piece).catch(() => {}); // the session's end says the same
  }

  /** Ends the session, which may have ended or not begun. */
  private shut(code: number): void {
    globalThis.removeEventListener?.("pagehide", this.leave);
    try {
      this.session?.close({ closeCode: code });
    } catch {
      // it has ended
    }
  }

  private end(code: number, reason: string): void {
    globalThis.removeEventListener?.("pagehide", this.leave);
    if (this.over) return;
    this.over = true;
    this.hearer.onClose(code, reason);
  }
}
