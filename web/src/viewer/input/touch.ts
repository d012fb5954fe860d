import { Button, type raw } from "../../wire";
import type { After } from "./keyboard";
import type { Mouse } from "./mouse";
import type { Wheel } from "./wheel";

/** A finger: where it is on the page, and on the remote desktop. */
export interface Finger {
  id: number;
  x: number; // CSS pixels
  y: number;
  place: raw.Place;
}

/** A finger that moves less is at rest, in CSS pixels. */
const REST = 10;

/** A finger at rest for so long asks for the right button, in ms. */
const HOLD = 600;

/** Two fingers that part or meet by so much pinch, if their middle moves less than two thirds of it. */
const PINCH = 16;

/** What two fingers do to the picture as it is shown here. */
export interface Lens {
  /** Enlarges by a factor around a point of the page, which then moves by dx and dy. */
  pinch(factor: number, x: number, y: number, dx: number, dy: number): void;
}

/** The middle between two fingers, and how far they are apart, in CSS pixels. */
interface Grip {
  x: number;
  y: number;
  spread: number;
}

type Doing = "nothing" | "deciding" | "dragging" | "two" | "scrolling" | "pinching";

/**
 * Touch makes a mouse of fingers. One finger: a tap clicks, a movement drags, a
 * long touch is a right click. Two fingers: a tap is a right click, a movement
 * turns the remote wheel, a pinch enlarges the picture here and moves it.
 */
export class Touch {
  private readonly fingers = new Map<number, { start: Finger; now: Finger }>();
  private doing: Doing = "nothing";
  private grip: Grip | undefined; // as of the last step of scrolling or pinching
  private off: (() => void) | undefined;

  constructor(
    private readonly mouse: Mouse,
    private readonly wheel: Wheel,
    private readonly lens: Lens,
    private readonly after: After,
  ) {}

  down(f: Finger): void {
    this.fingers.set(f.id, { start: f, now: f });
    this.off?.();
    if (this.fingers.size === 1) {
      this.doing = "deciding";
      this.off = this.after(HOLD, () => this.hold(f));
    } else if (this.doing === "deciding") {
      this.doing = "two";
      this.grip = this.gripOf("start");
    }
  }

  move(f: Finger): void {
    const finger = this.fingers.get(f.id);
    if (!finger) return;
    finger.now = f;
    const far = Math.hypot(f.x - finger.start.x, f.y - finger.start.y) > REST;
    if (this.doing === "deciding" && far) this.drag(finger.start);
    if (this.doing === "dragging") this.mouse.to(f.place, Button.Left);
    const [before, now] = [this.grip, this.gripOf("now")];
    if (!before || !now) return;
    if (this.doing === "two") this.decide(before, now);
    if (this.doing === "scrolling") this.scroll(before, now);
    if (this.doing === "pinching") this.pinch(before, now);
  }

  up(f: Finger): void {
    if (!this.fingers.delete(f.id)) return;
    this.off?.();
    this.grip = undefined;
    if (this.doing === "deciding") this.mouse.click(f.place, Button.Left);
    if (this.doing === "two") this.mouse.click(f.place, Button.Right);
    if (this.doing === "dragging") this.mouse.to(f.place, 0);
    this.doing = "nothing";
  }

  /** Forgets all fingers. */
  forget(): void {
    this.off?.();
    this.fingers.clear();
    this.grip = undefined;
    this.doing = "nothing";
  }

  private hold(f: Finger): void {
    if (this.doing !== "deciding") return;
    this.doing = "nothing";
    this.mouse.click(f.place, Button.Right);
  }

  private drag(start: Finger): void {
    this.off?.();
    this.doing = "dragging";
    this.mouse.to(start.place, 0);
    this.mouse.to(start.place, Button.Left, Button.Left);
  }

  private gripOf(when: "start" | "now"): Grip | undefined {
    const [a, b] = [...this.fingers.values()].map((finger) => finger[when]);
    if (!a || !b) return undefined;
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, spread: Math.hypot(a.x - b.x, a.y - b.y) };
  }

  private decide(before: Grip, now: Grip): void {
    const spread = Math.abs(now.spread - before.spread);
    const moved = Math.hypot(now.x - before.x, now.y - before.y);
    if (spread > PINCH && spread > 1.5 * moved) this.doing = "pinching";
    else if (moved > REST && moved > spread) this.doing = "scrolling";
  }

  /** Turns the wheel by what the fingers moved: the content follows the hand. */
  private scroll(from: Grip, to: Grip): void {
    this.grip = to;
    this.wheel.turn({ deltaX: from.x - to.x, deltaY: from.y - to.y, deltaMode: 0 });
  }

  private pinch(from: Grip, to: Grip): void {
    this.grip = to;
    this.lens.pinch(to.spread / Math.max(1, from.spread), from.x, from.y, to.x - from.x, to.y - from.y);
  }
}
