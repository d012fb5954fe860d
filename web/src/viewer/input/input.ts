import type { raw } from "../../wire";
import { type After, Keyboard, type System } from "./keyboard";
import { buttonsOf, Mouse } from "./mouse";
import type { Sink } from "./sink";
import { type Finger, Touch } from "./touch";
import { Wheel } from "./wheel";

/** Where input is taken from. */
export interface Surface {
  /** What shows the remote screen: pointers and the wheel. */
  stage: HTMLElement;
  /** What has the focus: the keyboard, and the text that input methods make. */
  area: HTMLTextAreaElement;
  /** The remote place of a point on the page. */
  placeOf(x: number, y: number): raw.Place;
  /** Whether input is refused, so that the page may scroll and select as ever. */
  muted(): boolean;
}

const after: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * Input listens to a surface and sends what happens there. Whatever takes the
 * focus away, or hides the page, lets go of every key and button on the remote
 * computer; so does its end.
 */
export class Input {
  readonly keyboard: Keyboard;
  readonly mouse: Mouse;
  private readonly wheel: Wheel;
  private readonly touch: Touch;
  private readonly ended = new AbortController();

  constructor(
    private readonly surface: Surface,
    sink: Sink,
    system: System,
  ) {
    this.keyboard = new Keyboard(sink, system, after);
    this.mouse = new Mouse(sink, () => performance.now(), after);
    this.wheel = new Wheel(sink);
    this.touch = new Touch(this.mouse, this.wheel, after);
    this.listenToPointers(surface.stage);
    this.listenToKeys(surface.area);
    this.listenToLosses(surface.area);
  }

  /** Gives the keyboard to the remote computer. */
  focus(): void {
    this.surface.area.focus({ preventScroll: true });
  }

  /** Lets go of everything that is down. */
  release(): void {
    this.mouse.forget();
    this.touch.forget();
    this.keyboard.releaseAll();
  }

  /** Ends listening, and lets go. */
  close(): void {
    this.ended.abort();
    this.release();
  }

  private listenToPointers(stage: HTMLElement): void {
    const on = this.on(stage);
    on("pointerdown", (e) => this.pointerDown(e as PointerEvent));
    on("pointermove", (e) => this.pointer(e as PointerEvent));
    on("pointerrawupdate", (e) => this.pointer(e as PointerEvent)); // earlier than pointermove, where there is such
    on("pointerup", (e) => this.pointer(e as PointerEvent));
    on("pointercancel", () => this.release());
    on("wheel", (e) => this.turn(e as WheelEvent));
    for (const kind of ["contextmenu", "auxclick", "dragstart", "touchstart"]) on(kind, (e) => this.keep(e));
  }

  private listenToKeys(area: HTMLTextAreaElement): void {
    const on = this.on(area);
    on("keydown", (e) => this.key(e as KeyboardEvent, (k) => this.keyboard.down(k)));
    on("keyup", (e) => this.key(e as KeyboardEvent, (k) => this.keyboard.up(k)));
    on("compositionend", () => this.takeText(area));
    on("input", (e) => {
      if (!(e as InputEvent).isComposing) this.takeText(area);
    });
  }

  private listenToLosses(area: HTMLTextAreaElement): void {
    const release = () => this.release();
    this.on(area)("blur", release);
    this.on(window)("blur", release);
    this.on(window)("pagehide", release);
    this.on(document)("visibilitychange", () => document.hidden && this.release());
    this.on(document)("pointerlockchange", () => !document.pointerLockElement && this.release());
  }

  private on(target: EventTarget): (kind: string, hear: (e: Event) => void) => void {
    return (kind, hear) => target.addEventListener(kind, hear, { passive: false, signal: this.ended.signal });
  }

  private pointerDown(e: PointerEvent): void {
    this.focus();
    this.pointer(e); // first: the capture throws when the pointer is gone already
    if (e.target instanceof Element) e.target.setPointerCapture(e.pointerId);
  }

  private pointer(e: PointerEvent): void {
    this.keep(e);
    if (e.pointerType === "touch") this.finger(e);
    else this.mouse.to(this.surface.placeOf(e.clientX, e.clientY), buttonsOf(e.buttons));
  }

  private finger(e: PointerEvent): void {
    const { clientX: x, clientY: y, pointerId: id } = e;
    const f: Finger = { id, x, y, place: this.surface.placeOf(x, y) };
    if (e.type === "pointerdown") this.touch.down(f);
    else if (e.type === "pointerup") this.touch.up(f);
    else this.touch.move(f);
  }

  private turn(e: WheelEvent): void {
    if (this.surface.muted()) return;
    e.preventDefault();
    this.wheel.turn(e);
  }

  private key(e: KeyboardEvent, take: (k: KeyboardEvent) => boolean): void {
    if (this.surface.muted()) return;
    e.stopPropagation(); // the console has shortcuts of its own
    if (take(e)) e.preventDefault();
  }

  private takeText(area: HTMLTextAreaElement): void {
    const text = area.value;
    area.value = "";
    this.keyboard.text(text);
  }

  /** Keeps the browser from doing what it would with a pointer. */
  private keep(e: Event): void {
    if (!this.surface.muted() && e.cancelable) e.preventDefault();
  }
}
