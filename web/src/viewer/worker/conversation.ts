import {
  again,
  type Channel,
  Codec,
  Coding,
  type Display,
  decodeGoodbye,
  decodeNotice,
  decodeOpened,
  decodeRefused,
  delay,
  encodeScreenOptions,
  encodeScreenStart,
  GIVE_UP,
  type Listener,
  Malformed,
  message,
  raw,
  type ScreenOptions,
  Type,
} from "../../wire";
import { FORMAT } from "../picture/format";
import { type DecodePhoto, type Films, Screen } from "../picture/screen";
import { type Board, Drawing } from "./drawing";
import { Tally } from "./figures";
import type { Refusal, Report, State } from "./protocol";
import { SILENT, STALLED } from "./silence";

/** What a conversation needs from around it. */
export interface Surroundings {
  /** Finds out where to connect after a loss: the session may be another one by then. Fails with a Refusal. */
  seek(): Promise<void>;
  connect(first: Uint8Array, listener: Listener): Channel;
  decodePhoto: DecodePhoto;
  films?: Films;
  board: Board;
  report(r: Report): void;
  now(): number; // ms, never going back
  after(ms: number, run: () => void): () => void; // returns what calls it off
}

const PING_EVERY = 2000; // ms
const WINDOW = 12; // frames that the agent may send ahead: more than two only where the way is long
const INPUT: ReadonlySet<number> = new Set([Type.Pointer, Type.Wheel, Type.Key, Type.Text, Type.Attention]);

/**
 * Conversation holds the screen conversation of one session, over as many
 * channels as it takes: it has drawn what comes, acknowledges it, measures, and
 * tries again after a loss. Its states are those of State.
 */
export class Conversation {
  private state: State = { name: "connecting" };
  private channel: Channel | undefined;
  private drawing: Drawing | undefined;
  private wanted = -1; // id of the display that was asked for
  private noVideo = false;
  private goodbye: string | undefined;
  private search = 0; // counts, so that an old answer is not taken for the newest
  private tries = 0; // since the last live state
  private lostAt = 0;
  private heard = 0;
  private beaten = 0;
  private timers: (() => void)[] = [];
  private readonly tally: Tally;

  constructor(
    private readonly around: Surroundings,
    private options: ScreenOptions,
  ) {
    this.tally = new Tally(around.now());
  }

  /** Opens a channel, in place of the one that may be there. */
  open(): void {
    this.drop();
    this.heard = this.beaten = this.around.now();
    this.goodbye = undefined;
    this.enter({ name: "connecting" });
    const drawing = this.draw();
    this.drawing = drawing;
    const mine = () => this.drawing === drawing; // a channel that was dropped is not listened to
    this.channel = this.around.connect(message(Type.ScreenStart, this.start()), {
      onMessage: (type, body) => mine() && this.receive(type, body),
      onBytes: (n) => mine() && this.hear(n),
      onEnd: (end) => mine() && this.lost(end.code),
    });
    this.every(PING_EVERY, () => this.beat());
    this.every(1000, () => this.figures());
  }

  /** Tries again because somebody asks for it, whatever the state is. */
  again(): void {
    this.tries = 0;
    void this.reopen();
  }

  /** Tries at once what would be tried later anyway. */
  hurry(): void {
    if (this.state.name === "waiting") void this.reopen();
  }

  /** Ends everything. */
  close(): void {
    this.send(message(Type.ReleaseAll));
    this.search++;
    this.drop();
  }

  /** Sends a whole message; input only where it is allowed. */
  send(bytes: Uint8Array): void {
    if (this.options.viewOnly && INPUT.has(bytes[0] ?? 0)) return;
    if (this.state.name === "live" || this.state.name === "silent") this.channel?.sendRaw(bytes);
  }

  /** Wants films as photographs from now on: one of them could not be decoded. */
  withoutVideo(): void {
    if (this.noVideo) return;
    this.noVideo = true;
    this.setOptions(this.options);
  }

  setOptions(wanted: ScreenOptions): void {
    const options = { ...wanted, noVideo: this.noVideo };
    if (options.viewOnly && !this.options.viewOnly) this.send(message(Type.ReleaseAll));
    this.options = options;
    this.send(message(Type.Options, encodeScreenOptions(options)));
  }

  /** Shows another display, now and after every change as long as it is there. */
  show(display: number): void {
    this.wanted = display;
    this.drawing?.show(display);
  }

  /** Opens a channel after a loss or an end, wherever the session is to be found now. */
  private async reopen(): Promise<void> {
    this.drop();
    this.goodbye = undefined;
    this.enter({ name: "connecting" });
    const search = ++this.search;
    const mine = () => search === this.search && this.state.name === "connecting" && !this.channel;
    try {
      await this.around.seek();
      if (mine()) this.open();
    } catch (refusal) {
      if (mine()) this.answer(refusal as Refusal);
    }
  }

  private start(): Uint8Array {
    const codings = [Coding.Deflate, Coding.None];
    const codecs = Codec.JPEG | (this.around.films?.codecs ?? 0);
    return encodeScreenStart({ format: FORMAT, codings, codecs, window: WINDOW, options: this.options });
  }

  private draw(): Drawing {
    const { decodePhoto, films, board, now, report } = this.around;
    const audience = {
      onDisplays: (displays: Display[], shown: number) => report({ is: "displays", displays, shown }),
      onFrame: (sequence: number, decode: number, draw: number, film: number) => {
        this.channel?.send(Type.Ack, raw.ack(sequence, (decode + draw) * 1000));
        this.tally.drawn(decode, draw, film);
      },
      onBroken: () => this.channel?.close("malformed"),
    };
    return new Drawing(new Screen(decodePhoto, films), board, audience, now, this.wanted);
  }

  private enter(state: State): void {
    this.state = state;
    this.around.report({ is: "state", state });
  }

  private receive(type: number, body: Uint8Array): void {
    const { report } = this.around;
    if (type === Type.Frame || type === Type.Displays) this.drawing?.take(type, body);
    else if (type === Type.Cursor) report({ is: "cursor", cursor: own(raw.parseCursor(body)) });
    else if (type === Type.CursorAt) report({ is: "pointer", ...raw.parseCursorAt(body) });
    else if (type === Type.Ping) this.channel?.send(Type.Pong, body);
    else if (type === Type.Pong) this.pong(body);
    else if (type === Type.Notice) report({ is: "notice", ...decodeNotice(body) });
    else if (type === Type.Opened) this.opened(decodeOpened(body).rights);
    else if (type === Type.Refused) this.refused(body);
    else if (type === Type.Goodbye) this.goodbye = decodeGoodbye(body).code;
    // any other type is skipped: the agent is newer
  }

  private opened(rights: number): void {
    this.tries = 0;
    this.enter({ name: "live", rights });
  }

  private refused(body: Uint8Array): void {
    this.answer(decodeRefused(body));
  }

  private answer({ code, text, hint, final }: Refusal): void {
    if (again(code) && !final) this.lost(code);
    else this.end({ name: "ended", code, text, hint, again: !final });
  }

  private pong(body: Uint8Array): void {
    if (body.length !== 8) throw new Malformed("pong that is not 8 bytes");
    const millis = this.around.now() - new DataView(body.buffer, body.byteOffset).getFloat64(0);
    if (millis >= 0 && millis < 60_000) this.tally.echoed(millis);
  }

  private hear(bytes: number): void {
    this.tally.received(bytes);
    this.heard = this.around.now();
    if (this.state.name === "silent") this.enter({ ...this.state, name: "live" });
  }

  private beat(): void {
    const now = this.around.now();
    if (now - this.beaten > 2 * PING_EVERY) this.heard = now; // it was this worker that slept
    this.beaten = now;
    if (now - this.heard >= STALLED) return void this.lost("lost");
    if (now - this.heard >= SILENT && this.state.name === "live") this.enter({ ...this.state, name: "silent" });
    const body = new Uint8Array(8);
    new DataView(body.buffer).setFloat64(0, now);
    this.send(message(Type.Ping, body));
  }

  private figures(): void {
    const figures = this.tally.take(this.around.now(), this.drawing?.exact ?? false);
    this.around.report({ is: "figures", figures: { ...figures, way: this.channel?.way } });
  }

  private lost(reason: string): void {
    const code = this.goodbye ?? (reason === "closed" ? "lost" : reason);
    const now = this.around.now();
    if (this.tries === 0) this.lostAt = now;
    const ended: State = { name: "ended", code, text: "", hint: "", again: true };
    if (!again(code) || now - this.lostAt > GIVE_UP) return void this.end(ended);
    this.end({ name: "waiting", code });
    this.timers.push(this.around.after(delay(this.tries++), () => void this.reopen()));
  }

  private end(state: State): void {
    this.drop();
    this.enter(state);
  }

  /** Lets go of the channel and all that hangs on it; nothing of it is heard afterwards. */
  private drop(): void {
    for (const off of this.timers) off();
    this.timers = [];
    const { channel, drawing } = this;
    this.channel = this.drawing = undefined;
    drawing?.close();
    channel?.close();
  }

  private every(ms: number, run: () => void): void {
    const slot = this.timers.length;
    const round = () => {
      this.timers[slot] = this.around.after(ms, round);
      run();
    };
    this.timers.push(this.around.after(ms, round));
  }
}

/** Returns the cursor with pixels of its own, fit to be sent to the page. */
function own(cursor: raw.Cursor): raw.Cursor {
  return { ...cursor, pixels: cursor.pixels.slice() };
}
