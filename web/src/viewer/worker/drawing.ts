import { type Display, decodeDisplays, Malformed, Type } from "../../wire";
import type { Picture } from "../picture/picture";
import type { Screen } from "../picture/screen";
import { ALL, chosen, displayOf } from "../displays";
import type { Placed, View } from "./surface";

/** Where pictures are shown. */
export interface Board {
  show(v: View): void; // other pictures, whole
  paint(p: Picture): void; // what changed in it
}

/** What a Drawing tells its owner. */
export interface Audience {
  onDisplays(displays: Display[], shown: number): void;
  /** A frame is on the board (or was of another epoch); it took so many ms to decode it and to draw it. Film is the codec of a film in it, or 0. */
  onFrame(sequence: number, decode: number, draw: number, film: number): void;
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
  private queue: { type: number; body: Uint8Array }[] = [];
  private queued = 0; // bytes
  private busy = false;
  private closed = false;
  private displays: Display[] = [];
  private shown: Display | undefined; // on the board

  constructor(
    private readonly screen: Screen,
    private readonly board: Board,
    private readonly audience: Audience,
    private readonly now: () => number,
    private wanted = -1, // id of the display to show when there is one
  ) {}

  /** Takes a Displays or Frame message. Throws Malformed if too much waits. */
  take(type: number, body: Uint8Array): void {
    this.queued += body.length;
    if (this.queue.length === MAX_QUEUE || this.queued > MAX_BYTES) throw new Malformed("more frames than asked for");
    this.queue.push({ type, body });
    if (!this.busy) void this.work();
  }

  /** Puts another display, or ALL, on the board, now or as soon as there is one of that id. */
  show(display: number): void {
    this.wanted = display;
    const there = displayOf(this.displays, display);
    if (there) this.put(there);
  }

  /** Whether every pixel shown is that of the remote screen. */
  get exact(): boolean {
    const placed = this.placed();
    return placed.length > 0 && placed.every((p) => p.picture.exact);
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
        if (m.type === Type.Displays) this.renew(m.body);
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
    const decoded = this.now();
    if (picture) this.board.paint(picture);
    this.audience.onFrame(frame.sequence, decoded - begin, this.now() - decoded, frame.film);
  }

  private renew(body: Uint8Array): void {
    const d = decodeDisplays(body);
    this.screen.displays(d);
    this.displays = d.displays;
    this.shown = chosen(d.displays, this.wanted);
    this.audience.onDisplays(d.displays, this.shown?.id ?? -1);
    if (this.shown) this.put(this.shown);
  }

  private put(display: Display): void {
    this.shown = display;
    this.board.show({ width: display.width, height: display.height, pictures: this.placed() });
  }

  /** Returns the pictures of what is shown, where they are in it. */
  private placed(): Placed[] {
    const { shown, displays } = this;
    if (!shown) return [];
    return displays.flatMap((d) => {
      const picture = shown.id === ALL || shown.id === d.id ? this.screen.picture(d.id) : undefined;
      return picture ? [{ picture, x: d.x - shown.x, y: d.y - shown.y }] : [];
    });
  }
}
