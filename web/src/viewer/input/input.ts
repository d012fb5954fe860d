import type { raw } from "../../wire";
import { type After, Keyboard, type System } from "./keyboard";
import { Sym } from "./keysyms";
import { buttonOf, buttonsOf, Mouse } from "./mouse";
import type { Sink } from "./sink";
import { type Finger, type Lens, Touch } from "./touch";
import { Wheel } from "./wheel";

/** Where input is taken from. */
export interface Surface {
  /** What shows the remote screen: pointers and the wheel. */
  stage: HTMLElement;
  /** What has the focus: the keyboard, and the text that input methods make. */
  area: HTMLTextAreaElement;
  /** The remote place of a point on the page. */
  placeOf(x: number, y: number): raw.Place;
  /** What enlarges the picture here: a pinch, or the wheel with Ctrl. */
  lens: Lens;
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
    this.touch = new Touch(this.mouse, this.wheel, surface.lens, after);
    surface.area.inputMode = "none"; // no keyboard on the glass before somebody asks for it
    this.listenToPointers(surface.stage);
    this.listenToKeys(surface.area);
    this.listenToLosses(surface.area);
  }

  /** Gives the keyboard to the remote computer. */
  focus(): void {
    this.surface.area.focus({ preventScroll: true });
  }

  /** Shows the keyboard of a touch screen, or hides it. */
  onGlass(shown: boolean): void {
    this.surface.area.blur(); // a keyboard comes and goes with the focus only
    this.surface.area.inputMode = shown ? "text" : "none";
    this.focus();
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
    on("contextmenu", (e) => this.keep(e)); // Firefox opens its own for the Menu key, and swallows the keys that follow
    on("beforeinput", (e) => this.edit(e as InputEvent));
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
    else this.mouse.to(this.surface.placeOf(e.clientX, e.clientY), buttonsOf(e.buttons), buttonOf(e.button));
  }

  private finger(e: PointerEvent): void {
    const { clientX: x, clientY: y, pointerId: id } = e;
    const f: Finger = { id, x, y, place: this.surface.placeOf(x, y) };
    if (e.type === "pointerdown") this.touch.down(f);
    else if (e.type === "pointerup") this.touch.up(f);
    else this.touch.move(f);
  }

  private turn(e: WheelEvent): void {
    if (!e.ctrlKey && this.surface.muted()) return;
    e.preventDefault();
    this.mouse.flush();
    if (e.ctrlKey) this.enlarge(e);
    else this.wheel.turn(e);
  }

  /** Browsers report the pinch on a touch pad as a wheel with Ctrl, too. */
  private enlarge(e: WheelEvent): void {
    const pixels = e.deltaY * (e.deltaMode === 0 ? 1 : 33);
    this.surface.lens.pinch(2 ** (-Math.max(-120, Math.min(120, pixels)) / 240), e.clientX, e.clientY, 0, 0);
  }

  private key(e: KeyboardEvent, take: (k: KeyboardEvent) => boolean): void {
    if (this.surface.muted()) return;
    e.stopPropagation(); // the console has shortcuts of its own
    this.mouse.flush();
    if (take(e)) e.preventDefault();
  }

  /** Takes what keyboards on glass do without telling a key. */
  private edit(e: InputEvent): void {
    const keysym = { deleteContentBackward: Sym.BackSpace, insertLineBreak: Sym.Return }[e.inputType];
    if (!keysym || e.isComposing || this.surface.area.value !== "") return;
    e.preventDefault();
    this.keyboard.strike(keysym);
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
