import { type Carrier, type Hearer, LOST, type Open } from "./carrier";

/** The WebSocket subprotocol. */
const SUBPROTOCOL = "jump.1";

/** WebSocket.CONNECTING. */
const CONNECTING = 0;

/** For so long a socket that is not wanted may connect, in ms. */
const CONNECTED = 2_000;

const PROTOCOL_ERROR = 3002; // a code of our own: browsers let a page say no other

/** Opens a WebSocket. The url begins with https. */
export function openSocket(url: string): Open {
  return (hearer) => overSocket(new WebSocket(url.replace(/^http/, "ws"), SUBPROTOCOL), hearer);
}

/** Makes a carrier of a WebSocket that is not open yet. */
export function overSocket(socket: WebSocket, hearer: Hearer): Carrier {
  socket.binaryType = "arraybuffer";
  socket.onopen = () => hearer.onOpen();
  socket.onclose = (e: CloseEvent) => hearer.onClose(e.code || LOST, e.reason);
  socket.onmessage = ({ data }: MessageEvent) => {
    if (data instanceof ArrayBuffer) return hearer.onData(new Uint8Array(data));
    socket.close(PROTOCOL_ERROR);
    hearer.onClose(PROTOCOL_ERROR, "a text message");
  };
  return {
    way: "WebSocket",
    send: (bytes) => socket.send(bytes as Uint8Array<ArrayBuffer>),
    close: (code) => end(socket, code),
  };
}

/**
 * Ends a socket. One that is not wanted but connects may get open first, for a
 * while: Firefox complains in its console of those that never were.
 */
function end(socket: WebSocket, code?: number): void {
  if (socket.readyState !== CONNECTING || code === undefined) {
    socket.close(code);
    return;
  }
  socket.onmessage = socket.onclose = null;
  socket.onopen = () => socket.close(code);
  setTimeout(() => socket.close(code), CONNECTED);
}
