import { isCharacter, keysymOf } from "./keysyms";
import type { Sink } from "./sink";
import { usageOf } from "./usages";

/** What is used of a KeyboardEvent. */
export interface KeyPress {
  key: string;
  code: string;
  location: number;
  isComposing: boolean;
  getModifierState(name: string): boolean;
}

/** The representative's own system, as far as its keyboard is special. */
export type System = "windows" | "mac" | "other";

/** Runs something later and returns what calls it off. */
export type After = (ms: number, run: () => void) => () => void;

interface Held {
  keysym: number;
  usage: number;
}

/** So long a Control key on Windows may turn out to be the first half of AltGr, in ms. */
const ALTGR_PAIR = 30;

/** Keys that only change how this keyboard works; what they do is in the keysyms already. */
const LOCAL = new Set(["CapsLock", "NumLock", "Fn", "FnLock", "Symbol", "SymbolLock"]);

const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "OS"]);

/**
 * Keyboard turns the browser's key events into keysyms and usages. A key is
 * known by its place (code), so it is released whatever it means by then.
 *
 * Three things are not sent as they come. AltGr, and Option on a Mac, wait until
 * it is clear whether they made a character (then it alone is sent: the remote
 * keyboard may make it in another way) or belong to a shortcut. Dead keys and input
 * methods are left to the browser, and the text that they make is sent. And on
 * a Mac keys that went down with Command come up at once, since the browser
 * never tells.
 */
export class Keyboard {
  private readonly held = new Map<string, Held>();
  private readonly composing = new Set<string>(); // codes that the browser makes text of
  private lazy: { code: string; press: KeyPress; used: boolean } | undefined; // AltGr or Option, not sent
  private dead = false; // the next character belongs to a dead key
  private control: { code: string; press: KeyPress; off: () => void } | undefined; // AltGr's first half?

  constructor(
    private readonly sink: Sink,
    private readonly system: System,
    private readonly after: After,
  ) {}

  /** Takes a keydown. If it returns false the browser must have the key. */
  down(e: KeyPress): boolean {
    const altGraph = this.isAltGraph(e);
    this.settleControl(altGraph);
    if (this.compose(e)) return false;
    if (LOCAL.has(e.key)) return true;
    if (this.system === "windows" && e.code === "ControlLeft" && !this.held.has(e.code)) return this.maybeAltGraph(e);
    if (altGraph || (this.system === "mac" && e.key === "Alt")) return this.wait(e);
    this.settleLazy(e);
    return this.press(e);
  }

  /** Takes a keyup. */
  up(e: KeyPress): boolean {
    this.settleControl(false);
    const id = idOf(e);
    if (this.composing.delete(id)) return false;
    if (this.lazy?.code === id) return this.tap();
    const held = this.held.get(id);
    if (!held) return true;
    this.release(id, held);
    if (this.system === "mac" && e.key === "Meta") this.releaseOthers();
    return true;
  }

  /** Takes text that the browser made: of dead keys, by an input method, a touch keyboard, or the emoji picker. */
  text(text: string): void {
    this.dead = false;
    if (text) this.sink.text(text);
  }

  /** Presses a key that has no place on the keyboard, and lets go of it. */
  strike(keysym: number): void {
    this.sink.key(true, keysym, 0);
    this.sink.key(false, keysym, 0);
  }

  /** Lets go of everything, here and there. */
  releaseAll(): void {
    this.control?.off();
    this.control = this.lazy = undefined;
    this.dead = false;
    this.held.clear();
    this.composing.clear();
    this.sink.releaseAll();
  }

  /** Leaves a key to the browser where it composes text. */
  private compose(e: KeyPress): boolean {
    const method = e.isComposing || e.key === "Process" || e.key === "Unidentified";
    const second = this.dead && isCharacter(e.key);
    if (!method && !second && e.key !== "Dead") {
      if (!MODIFIERS.has(e.key)) this.dead = false;
      return false;
    }
    this.dead = e.key === "Dead";
    if (this.lazy) this.lazy.used = true;
    this.composing.add(idOf(e));
    return true;
  }

  private press(e: KeyPress): boolean {
    const id = idOf(e);
    const before = this.held.get(id);
    const key = before ?? { keysym: keysymOf(e.key, e.location), usage: usageOf(e.code) };
    if (key.keysym === 0) return false;
    this.sink.key(true, key.keysym, key.usage);
    if (this.system === "mac" && this.isDown("Meta") && !MODIFIERS.has(e.key))
      this.sink.key(false, key.keysym, key.usage);
    else this.held.set(id, key);
    return true;
  }

  private release(id: string, key: Held): void {
    this.held.delete(id);
    this.sink.key(false, key.keysym, key.usage);
  }

  private releaseOthers(): void {
    for (const [id, key] of this.held) if (!/^(Shift|Control|Alt|Meta)/.test(id)) this.release(id, key);
  }

  private isDown(modifier: string): boolean {
    return this.held.has(`${modifier}Left`) || this.held.has(`${modifier}Right`);
  }

  private isAltGraph(e: KeyPress): boolean {
    return e.key === "AltGraph" || (this.system === "windows" && e.code === "AltRight" && this.control !== undefined);
  }

  /** Holds a Control key of Windows back for a moment: AltGr is reported as Control and Alt. */
  private maybeAltGraph(e: KeyPress): boolean {
    const off = this.after(ALTGR_PAIR, () => this.settleControl(false));
    this.control = { code: e.code, press: e, off };
    return true;
  }

  private settleControl(altGraph: boolean): void {
    const control = this.control;
    if (!control) return;
    control.off();
    this.control = undefined;
    if (!altGraph) this.press(control.press);
  }

  /** Keeps AltGr or Option until it is clear what for. */
  private wait(e: KeyPress): boolean {
    const id = idOf(e);
    if (!this.lazy && !this.held.has(id)) this.lazy = { code: id, press: e, used: false };
    return true;
  }

  /** Decides about AltGr or Option, and Control+Alt in place of AltGr, by the key that follows. */
  private settleLazy(e: KeyPress): void {
    if (MODIFIERS.has(e.key)) return;
    const shortcut = !isCharacter(e.key) || this.isDown("Meta") || (this.system === "mac" && this.isDown("Control"));
    if (!shortcut && this.system === "windows" && e.getModifierState("AltGraph")) this.lift();
    if (!this.lazy) return;
    this.lazy.used = true;
    if (!shortcut) return;
    const { press } = this.lazy;
    this.lazy = undefined;
    this.press(press);
  }

  /** Lifts Control and Alt that together were AltGr, as Windows allows. */
  private lift(): void {
    if (!this.isDown("Control") || !this.isDown("Alt")) return;
    for (const id of ["ControlLeft", "ControlRight", "AltLeft", "AltRight"]) {
      const key = this.held.get(id);
      if (key) this.release(id, key);
    }
  }

  /** Ends a waiting AltGr or Option; alone it was a key like any other. */
  private tap(): boolean {
    const lazy = this.lazy;
    this.lazy = undefined;
    if (!lazy || lazy.used) return true;
    this.press(lazy.press);
    const held = this.held.get(lazy.code);
    if (held) this.release(lazy.code, held);
    return true;
  }
}

/** What a key is known by until it is released. */
function idOf(e: KeyPress): string {
  return e.code && e.code !== "Unidentified" ? e.code : `key ${e.key}`;
}

/** Returns the system that a browser says it runs on. */
export function systemOf(platform: string): System {
  if (/^win/i.test(platform)) return "windows";
  return /^(mac|iphone|ipad|ipod)/i.test(platform) ? "mac" : "other";
}
