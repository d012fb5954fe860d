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

/**
 * Touch makes a mouse of fingers. One finger: a tap clicks, a movement drags, a
 * long touch is a right click. Two fingers: a tap is a right click, a movement
 * scrolls.
 */
export class Touch {
  private readonly fingers = new Map<number, { start: Finger; now: Finger }>();
  private doing: "nothing" | "deciding" | "dragging" | "two" | "scrolling" = "nothing";
  private off: (() => void) | undefined;

  constructor(
    private readonly mouse: Mouse,
    private readonly wheel: Wheel,
    private readonly after: After,
  ) {}

  down(f: Finger): void {
    this.fingers.set(f.id, { start: f, now: f });
    this.off?.();
    if (this.fingers.size === 1) {
      this.doing = "deciding";
      this.off = this.after(HOLD, () => this.hold(f));
    } else if (this.doing === "deciding") this.doing = "two";
  }

  move(f: Finger): void {
    const finger = this.fingers.get(f.id);
    if (!finger) return;
    const before = finger.now;
    finger.now = f;
    const far = Math.hypot(f.x - finger.start.x, f.y - finger.start.y) > REST;
    if (this.doing === "deciding" && far) this.drag(finger.start);
    if (this.doing === "two" && far) this.doing = "scrolling";
    if (this.doing === "dragging") this.mouse.to(f.place, Button.Left);
    if (this.doing === "scrolling") this.scroll(before, f);
  }

  up(f: Finger): void {
    if (!this.fingers.delete(f.id)) return;
    this.off?.();
    if (this.doing === "deciding") this.mouse.click(f.place, Button.Left);
    if (this.doing === "two") this.mouse.click(f.place, Button.Right);
    if (this.doing === "dragging") this.mouse.to(f.place, 0);
    this.doing = this.fingers.size === 0 || this.doing !== "scrolling" ? "nothing" : "scrolling";
  }

  /** Forgets all fingers. */
  forget(): void {
    this.off?.();
    this.fingers.clear();
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
    this.mouse.to(start.place, Button.Left);
  }

  /** Turns the wheel by half of what one of two fingers moved: the content follows the hand. */
  private scroll(from: Finger, to: Finger): void {
    this.wheel.turn({ deltaX: (from.x - to.x) / 2, deltaY: (from.y - to.y) / 2, deltaMode: 0 });
  }
}
