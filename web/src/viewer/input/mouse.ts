import { Button, type raw } from "../../wire";
import type { After } from "./keyboard";
import type { Sink } from "./sink";

/** The least time between two movements that are sent, in ms. The first goes at once. */
const MOVE_EVERY = 8;

/** MouseEvent.buttons (bit by bit: left, right, middle, back, forward) in the protocol's order. */
export function buttonsOf(buttons: number): number {
  return (
    (buttons & 1 ? Button.Left : 0) |
    (buttons & 2 ? Button.Right : 0) |
    (buttons & 4 ? Button.Middle : 0) |
    (buttons & 8 ? Button.Back : 0) |
    (buttons & 16 ? Button.Forward : 0)
  );
}

/** MouseEvent.button (-1: none changed) as one of the protocol's. */
export function buttonOf(button: number): number {
  return [Button.Left, Button.Middle, Button.Right, Button.Back, Button.Forward][button] ?? 0;
}

/**
 * Mouse sends where the pointer is and which buttons are down. Of movements
 * that follow each other faster than anybody sees only the last is sent; a
 * change of buttons is never late and never lost. A button that was let go of
 * by forget stays up, however long the hand holds it, until it is pressed anew.
 */
export class Mouse {
  private at: raw.Place = { x: 0, y: 0 };
  private buttons = 0;
  private stale = 0; // buttons that a hand still holds but that were let go of
  private sentAt = Number.NEGATIVE_INFINITY;
  private off: (() => void) | undefined; // calls the waiting movement off

  constructor(
    private readonly sink: Sink,
    private readonly now: () => number,
    private readonly after: After,
  ) {}

  /** Takes a place on the remote desktop, the protocol's buttons, and the one of them that was pressed just now. */
  to(place: raw.Place, down: number, fresh = 0): void {
    const moved = place.x !== this.at.x || place.y !== this.at.y;
    this.at = place;
    this.stale &= down & ~fresh;
    const buttons = down & ~this.stale;
    if (buttons !== this.buttons) {
      this.buttons = buttons;
      this.send();
    } else if (moved) this.move();
  }

  /** Presses and releases buttons at a place. */
  click(place: raw.Place, buttons: number): void {
    this.to(place, 0);
    this.to(place, buttons, buttons);
    this.to(place, 0);
  }

  /** The place that was last sent or is about to be. */
  get place(): raw.Place {
    return this.at;
  }

  /** Sends a movement that waits, so that what follows happens at the right place. */
  flush(): void {
    if (this.off) this.send();
  }

  /** Forgets the buttons; the other side is told to release all. */
  forget(): void {
    this.off?.();
    this.off = undefined;
    this.stale |= this.buttons;
    this.buttons = 0;
  }

  private move(): void {
    if (this.off) return; // the one that waits will send the newest place
    const wait = this.sentAt + MOVE_EVERY - this.now();
    if (wait <= 0) this.send();
    else this.off = this.after(wait, () => this.send());
  }

  private send(): void {
    this.off?.();
    this.off = undefined;
    this.sentAt = this.now();
    this.sink.pointer(this.at.x, this.at.y, this.buttons);
  }
}
