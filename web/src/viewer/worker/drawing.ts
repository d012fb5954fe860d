import { type Display, decodeDisplays, Malformed, Type } from "../../wire";
import type { Picture } from "../picture/picture";
import { type DecodePhoto, Screen } from "../picture/screen";

/** Where pictures are shown. */
export interface Board {
  show(p: Picture): void; // another picture, whole
  paint(p: Picture): void; // what changed in it
}

/** What a Drawing tells its owner. */
export interface Audience {
  onDisplays(displays: Display[], shown: number): void;
  /** A frame is on the board (or was of another epoch); it took so many ms. */
  onFrame(sequence: number, millis: number): void;
  /** What came is malformed; nothing more is drawn. */
  onBroken(): void;
}

const MAX_QUEUE = 256; // messages that wait to be drawn, far beyond any honest window,
const MAX_BYTES = 64 << 20; // and their bytes

/**
 * Drawing carries the messages that make pictures from one channel to the
 * board, one after the other in the order they came. After close it says
 * nothing more.
 */
export class Drawing {
  private readonly screen: Screen;
  private queue: { type: number; body: Uint8Array }[] = [];
  private queued = 0; // bytes
  private busy = false;
  private closed = false;
  private shown = -1; // id of the display on the board

  constructor(
    decodePhoto: DecodePhoto,
    private readonly board: Board,
    private readonly audience: Audience,
    private readonly now: () => number,
    private wanted = -1, // id of the display to show when there is one
  ) {
    this.screen = new Screen(decodePhoto);
  }

  /** Takes a Displays or Frame message. Throws Malformed if too much waits. */
  take(type: number, body: Uint8Array): void {
    this.queued += body.length;
    if (this.queue.length === MAX_QUEUE || this.queued > MAX_BYTES) throw new Malformed("more frames than asked for");
    this.queue.push({ type, body });
    if (!this.busy) void this.work();
  }

  /** Puts another display on the board, now or as soon as there is one of that id. */
  show(display: number): void {
    this.wanted = display;
    const picture = this.screen.picture(display);
    if (!picture) return;
    this.shown = display;
    this.board.show(picture);
  }

  /** Whether every pixel shown is that of the remote screen. */
  get exact(): boolean {
    return this.screen.picture(this.shown)?.exact ?? false;
  }

  close(): void {
    this.closed = true;
    this.queue = [];
    this.screen.close();
  }

  private async work(): Promise<void> {
    this.busy = true;
    try {
      for (let m = this.queue.shift(); m; m = this.queue.shift()) {
        if (m.type === Type.Displays) this.displays(m.body);
        else await this.frame(m.body);
        this.queued -= m.body.length;
      }
    } catch (err) {
      this.fail(err);
    }
    this.busy = false;
  }

  private fail(err: unknown): void {
    if (this.closed) return; // what was being unpacked was torn away
    if (!(err instanceof Malformed)) console.error(err);
    this.close();
    this.audience.onBroken();
  }

  private async frame(body: Uint8Array): Promise<void> {
    const begin = this.now();
    const frame = await this.screen.frame(body);
    if (this.closed) return;
    const picture = this.screen.picture(frame.display);
    if (picture) this.board.paint(picture);
    this.audience.onFrame(frame.sequence, this.now() - begin);
  }

  private displays(body: Uint8Array): void {
    const d = decodeDisplays(body);
    this.screen.displays(d);
    const chosen = d.displays.find((m) => m.id === this.wanted) ?? d.displays.find((m) => m.primary) ?? d.displays[0];
    this.shown = chosen?.id ?? -1;
    this.audience.onDisplays(d.displays, this.shown);
    const picture = this.screen.picture(this.shown);
    if (picture) this.board.show(picture);
  }
}
