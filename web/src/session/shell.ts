import { connect } from "../carrier";
import {
  type Channel,
  channelURL,
  decodeExit,
  decodeOpened,
  decodeRefused,
  encodeResume,
  encodeShellStart,
  type End,
  type Exit,
  Line,
  MAX_DATA,
  message,
  Malformed,
  Pulse,
  type Send,
  Type,
} from "../wire";

/** The size of a terminal in characters, 1 to 1,000 each. */
export interface Size {
  columns: number;
  rows: number;
}

/** What is needed to go on with a shell whose connection was lost. */
export interface Talk {
  token: Uint8Array;
  line: Line;
}

/** What a shell tells its owner. */
export interface ShellListener {
  onOpened: (talk?: Talk) => void; // talk: the computer holds the shell if the connection is lost
  onOutput: (bytes: Uint8Array, taken: () => void) => void; // the next waits for taken, some time
  onExit: (exit: Exit) => void;
  onEnd: (code: string) => void; // once, and nothing after it; "over": what was to be gone on with is no more
}

/** One terminal on the client's computer. */
export interface Shell {
  input: (text: string) => void;
  resize: (size: Size) => void;
  close: () => void;
}

const term = "xterm-256color";
const chunk = 32 << 10; // bytes of one Input message

const within = (n: number) => Math.min(1000, Math.max(1, Math.floor(n)));

/** The body of Resize: u16 columns, u16 rows, big endian. */
export function resizeBody({ columns, rows }: Size): Uint8Array {
  const body = new DataView(new ArrayBuffer(4));
  body.setUint16(0, within(columns));
  body.setUint16(2, within(rows));
  return new Uint8Array(body.buffer);
}

/** Cuts what was typed or pasted into the bodies of Input messages; never an empty one, which would mean the end. */
export function inputBodies(text: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunk) bodies.push(bytes.subarray(at, at + chunk));
  return bodies;
}

/** Opens a terminal in a session, or goes on with one that was lost. */
export function openShell(session: string, size: Size, listener: ShellListener, talk?: Talk): Shell {
  const conversation = new Conversation(session, size, listener, talk);
  return {
    input: (text) => {
      for (const body of inputBodies(text)) conversation.send(Type.Input, body);
    },
    resize: (next) => conversation.send(Type.Resize, resizeBody(next)),
    close: () => conversation.close(),
  };
}

/** One channel of a shell: all of an old agent's, one of several of a shell that lasts. */
class Conversation {
  private readonly channel: Channel;
  private readonly line: Line;
  private kind: "asked" | "plain" | "lasting" = "asked";
  private refused = "";
  private readonly pulse: Pulse;

  constructor(
    session: string,
    size: Size,
    private readonly listener: ShellListener,
    private readonly talk?: Talk,
  ) {
    this.line = talk?.line ?? new Line();
    this.channel = connect(channelURL(session, "shell"), talk ? resume(talk) : start(size), {
      limit: MAX_DATA,
      onMessage: (type, body) => this.receive(type, body),
      onEnd: (end) => this.end(end),
    });
    this.pulse = new Pulse(
      () => this.channel.send(Type.Ping, crypto.getRandomValues(new Uint8Array(8))),
      () => this.channel.drop(),
    );
  }

  send(type: number, body: Uint8Array): void {
    if (this.kind === "plain") this.channel.send(type, body);
    else this.line.write(type, body);
  }

  close(): void {
    this.channel.close();
  }

  private receive(type: number, body: Uint8Array): void {
    this.pulse.heard();
    if (type === Type.Opened) this.open(body);
    else if (type === Type.Refused) {
      this.refused = decodeRefused(body).code;
      this.channel.close(this.refused);
    } else if (this.kind === "lasting") {
      if (this.line.take(type, body)) this.show(type, body, () => this.line.taken(body));
    } else if (type === Type.Ping) this.channel.send(Type.Pong, body);
    else this.show(type, body, () => {});
  }

  private open(body: Uint8Array): void {
    const { token, received } = decodeOpened(body);
    if (this.kind !== "asked" || (this.talk && !token)) throw new Malformed("an answer to nothing");
    const send: Send = (type, bytes) => this.channel.send(type, bytes);
    this.kind = token ? "lasting" : "plain";
    if (token) {
      this.pulse.open();
      this.line.attach(send, received);
    } else {
      this.pulse.stop(); // an old agent would not answer
      this.line.flush(send);
    }
    this.listener.onOpened(token ? { token, line: this.line } : undefined);
  }

  private show(type: number, body: Uint8Array, taken: () => void): void {
    if (type === Type.Output) this.listener.onOutput(body, taken);
    else taken();
    if (type === Type.Exit) this.listener.onExit(decodeExit(body));
  }

  private end({ code }: End): void {
    this.pulse.stop();
    this.line.detach();
    this.listener.onEnd(this.talk && gone.has(this.refused) ? "over" : this.refused || code);
  }
}

/** Answers to Resume after which another shell is all there is: a site that was set back says malformed. */
const gone: ReadonlySet<string> = new Set(["over", "malformed", "unsupported"]);

function start(size: Size): Uint8Array {
  return message(Type.ShellStart, encodeShellStart(within(size.columns), within(size.rows), term, true));
}

function resume({ token, line }: Talk): Uint8Array {
  return message(Type.Resume, encodeResume(token, line.received));
}
