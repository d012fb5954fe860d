import type { Sink } from "./sink";

/** What is used of a WheelEvent. */
export interface Turn {
  deltaX: number;
  deltaY: number;
  deltaMode: number; // 0 pixels, 1 lines, 2 pages
  wheelDeltaX?: number; // 120 a notch, upwards and to the left; no standard says so, but browsers do
  wheelDeltaY?: number;
}

/** What is sent for a notch. */
const NOTCH = 120;

/** Units of a notch: about 100 pixels, 3 lines until the browser has shown another number, a third of a page. */
const UNITS = [100, 3, 1 / 3];
const LINES = 1;

/** Wheel sends turns in 1/120 of a notch and keeps what is less than that. */
export class Wheel {
  private readonly x = new Axis();
  private readonly y = new Axis();

  constructor(private readonly sink: Sink) {}

  turn(e: Turn): void {
    const mode = e.deltaMode; // first: Firefox tells pixels to those who do not ask
    const [dx, dy] = [this.x.turn(mode, e.deltaX, e.wheelDeltaX), this.y.turn(mode, e.deltaY, e.wheelDeltaY)];
    if (dx !== 0 || dy !== 0) this.sink.wheel(dx, dy);
  }
}

/** One direction of a wheel. */
class Axis {
  private rest = 0;
  private lines = Number.POSITIVE_INFINITY; // of a notch, as far as seen

  /** Returns the whole parts of what was turned until now. */
  turn(mode: number, delta: number, wheelDelta = 0): number {
    if (mode === LINES) this.learn(delta, wheelDelta);
    this.rest += (delta * NOTCH) / this.units(mode);
    const whole = Math.trunc(this.rest);
    this.rest -= whole;
    return whole;
  }

  /**
   * A notch is so many lines as the system and Firefox have agreed upon: on Linux
   * 6, and 2 across. Of notches that come as one event wheelDelta tells one
   * only, so the least number is right.
   */
  private learn(delta: number, wheelDelta: number): void {
    if (delta !== 0 && wheelDelta !== 0) this.lines = Math.min(this.lines, Math.abs((delta * NOTCH) / wheelDelta));
  }

  private units(mode: number): number {
    if (mode === LINES && this.lines !== Number.POSITIVE_INFINITY) return this.lines;
    return UNITS[mode] ?? 100;
  }
}
