import { MessageReader, message } from "./reader";
import { type Carrier, NORMAL, type Open, type Way } from "../carrier/carrier";
import { HEADER_SIZE, Malformed, MAX_FRAME } from "./types";

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

/** Channel is one conversation over a carrier. It works in pages and workers alike. */
export class Channel {
  private readonly reader: MessageReader;
  private readonly carrier: Carrier;
  private ended = false;
  private opened = false;

  constructor(
    open: Open,
    first: Uint8Array,
    private readonly listener: Listener,
  ) {
    this.reader = new MessageReader(listener.limit ?? MAX_FRAME);
    this.carrier = open({
      onOpen: () => {
        this.opened = true;
        this.carrier.send(first);
      },
      onData: (chunk) => this.receive(chunk),
      onClose: (code, reason) => this.end(closeCode({ code, reason })),
    });
  }

  /** What carries it; before it is open, what might. */
  get way(): Way {
    return this.carrier.way;
  }

  /** Sends one message. After the end, and before the beginning, it does nothing. */
  send(type: number, body?: Uint8Array): void {
    this.sendRaw(message(type, body));
  }

  /** Sends bytes that are whole messages already. */
  sendRaw(bytes: Uint8Array): void {
    if (!this.ended && this.opened && bytes.length >= HEADER_SIZE) this.carrier.send(bytes);
  }

  /** Ends the conversation. The listener hears the code. */
  close(code = "closed"): void {
    if (this.ended) return;
    this.carrier.close(NORMAL);
    this.end(code);
  }

  /** Gives the channel up as lost; a conversation that lasts can go on over another. */
  drop(): void {
    if (this.ended) return;
    this.carrier.close(); // without a code, which is no good order
    this.end("lost");
  }

  private receive(chunk: Uint8Array): void {
    if (this.ended) return;
    try {
      this.listener.onBytes?.(chunk.length);
      this.reader.push(chunk);
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

/** Returns the stable code for the end of a carrier. */
export function closeCode(e: { code: number; reason: string }): string {
  if (e.code === CLOSE_ENDED) return "session_ended";
  if (e.code === CLOSE_LOST) return /^[A-Za-z0-9_]{1,64}$/.test(e.reason) ? e.reason : "M14";
  return e.code === 1000 ? "closed" : "lost";
}

/** Returns the address of a session's channel at the site that served this page. */
export function channelURL(session: string, channel: "screen" | "shell" | "exec", base = location.href): string {
  return new URL(`/api/v1/sessions/${encodeURIComponent(session)}/${channel}`, base).href;
}
