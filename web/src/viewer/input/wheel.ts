import type { Sink } from "./sink";

/** What is used of a WheelEvent. */
export interface Turn {
  deltaX: number;
  deltaY: number;
  deltaMode: number; // 0 pixels, 1 lines, 2 pages
}

/** Notches (in 1/120) of one unit: browsers scroll about 100 pixels or 3 lines a notch. */
const UNIT = [1.2, 40, 360];

/** Wheel sends turns in 1/120 of a notch and keeps what is less than that. */
export class Wheel {
  private restX = 0;
  private restY = 0;

  constructor(private readonly sink: Sink) {}

  turn(e: Turn): void {
    const unit = UNIT[e.deltaMode] ?? 1.2;
    this.restX += e.deltaX * unit;
    this.restY += e.deltaY * unit;
    const [dx, dy] = [Math.trunc(this.restX), Math.trunc(this.restY)];
    if (dx === 0 && dy === 0) return;
    this.restX -= dx;
    this.restY -= dy;
    this.sink.wheel(dx, dy);
  }
}
