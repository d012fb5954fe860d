import { MessageReader, message } from "./reader";
import { HEADER_SIZE, Malformed, MAX_FRAME, SUBPROTOCOL } from "./types";

/** Why a channel ended. */
export interface End {
  /** A stable code: the site's (M14, session_ended, …), "malformed", "lost" or "closed". */
  code: string;
  /** Whether the other side was ever reached. */
  opened: boolean;
}

/** What a channel tells its owner. */
export interface Listener {
  /** Called for every message. An error that it throws ends the channel as malformed. */
  onMessage(type: number, body: Uint8Array): void;
  /** Called once, and nothing after it. */
  onEnd(end: End): void;
  /** Called for every chunk, with its number of bytes. */
  onBytes?(count: number): void;
  /** The longest body that is accepted; MAX_FRAME if not said. */
  limit?: number;
}

const CLOSE_LOST = 4000; // the site lost the agent; the reason is the code
const CLOSE_ENDED = 4001; // the session ended

/** Channel is one conversation over a WebSocket. It works in pages and workers alike. */
export class Channel {
  private readonly reader: MessageReader;
  private ended = false;
  private opened = false;

  constructor(
    private readonly socket: WebSocket,
    first: Uint8Array,
    private readonly listener: Listener,
  ) {
    this.reader = new MessageReader(listener.limit ?? MAX_FRAME);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.opened = true;
      socket.send(first as Uint8Array<ArrayBuffer>);
    };
    socket.onmessage = (e: MessageEvent) => this.receive(e.data);
    socket.onclose = (e: CloseEvent) => this.end(closeCode(e));
  }

  /** Sends one message. After the end, and before the beginning, it does nothing. */
  send(type: number, body?: Uint8Array): void {
    this.sendRaw(message(type, body));
  }

  /** Sends bytes that are whole messages already. */
  sendRaw(bytes: Uint8Array): void {
    if (!this.ended && this.opened && bytes.length >= HEADER_SIZE) this.socket.send(bytes as Uint8Array<ArrayBuffer>);
  }

  /** Bytes that were sent but have not left yet. */
  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  /** Ends the conversation. The listener hears the code. */
  close(code = "closed"): void {
    if (this.ended) return;
    this.socket.close(1000);
    this.end(code);
  }

  /** Gives the channel up as lost; a conversation that lasts can go on over another. */
  drop(): void {
    if (this.ended) return;
    this.socket.close(); // without a code, which is no good order
    this.end("lost");
  }

  private receive(data: unknown): void {
    if (this.ended) return;
    try {
      if (!(data instanceof ArrayBuffer)) throw new Malformed("a text message");
      this.listener.onBytes?.(data.byteLength);
      this.reader.push(new Uint8Array(data));
      for (let m = this.reader.next(); m && !this.ended; m = this.reader.next())
        this.listener.onMessage(m.type, m.body);
    } catch (err) {
      if (!(err instanceof Malformed)) console.error(err);
      this.close("malformed");
    }
  }

  private end(code: string): void {
    if (this.ended) return;
    this.ended = true;
    this.listener.onEnd({ code, opened: this.opened });
  }
}

/** Opens a channel; first is the conversation's first message, whole. */
export function connect(url: string, first: Uint8Array, listener: Listener): Channel {
  return new Channel(new WebSocket(url, SUBPROTOCOL), first, listener);
}

/** Returns the stable code for the end of a WebSocket. */
export function closeCode(e: Pick<CloseEvent, "code" | "reason">): string {
  if (e.code === CLOSE_ENDED) return "session_ended";
  if (e.code === CLOSE_LOST) return /^[A-Za-z0-9_]{1,64}$/.test(e.reason) ? e.reason : "M14";
  return e.code === 1000 ? "closed" : "lost";
}

/** Returns the address of a session's channel at the site that served this page. */
export function channelURL(session: string, channel: "screen" | "shell" | "exec", base = location.href): string {
  const url = new URL(`/api/v1/sessions/${encodeURIComponent(session)}/${channel}`, base);
  url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  return url.href;
}
