import {
  channelURL,
  connect,
  decodeExit,
  decodeRefused,
  encodeShellStart,
  type Exit,
  MAX_DATA,
  message,
  Type,
} from "../wire";

/** The size of a terminal in characters, 1 to 1,000 each. */
export interface Size {
  columns: number;
  rows: number;
}

/** What a shell tells its owner. */
export interface ShellListener {
  onOpened: () => void;
  onOutput: (bytes: Uint8Array) => void;
  onExit: (exit: Exit) => void;
  onEnd: (code: string) => void; // once, and nothing after it
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

/** Opens a terminal in a session. */
export function openShell(session: string, size: Size, listener: ShellListener): Shell {
  const start = encodeShellStart(within(size.columns), within(size.rows), term);
  let refused = "";
  const channel = connect(channelURL(session, "shell"), message(Type.ShellStart, start), {
    limit: MAX_DATA,
    onMessage: (type, body) => {
      if (type === Type.Opened) listener.onOpened();
      else if (type === Type.Output) listener.onOutput(body);
      else if (type === Type.Exit) listener.onExit(decodeExit(body));
      else if (type === Type.Refused) {
        refused = decodeRefused(body).code;
        channel.close(refused);
      } else if (type === Type.Ping) channel.send(Type.Pong, body);
    },
    onEnd: ({ code }) => listener.onEnd(refused || code),
  });
  return {
    input: (text) => {
      for (const body of inputBodies(text)) channel.send(Type.Input, body);
    },
    resize: (next) => channel.send(Type.Resize, resizeBody(next)),
    close: () => channel.close(),
  };
}
