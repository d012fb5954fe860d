// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Input } from "./input";
import { buttonsOf, Mouse } from "./mouse";
import { messages, pieces, type Sink } from "./sink";
import { type Lens, Touch } from "./touch";
import { Wheel } from "./wheel";

let heard: string[];
const sink: Sink = {
  key: (down, keysym) => heard.push(`${down ? "+" : "-"}${keysym.toString(16)}`),
  text: (text) => heard.push(`text ${text}`),
  pointer: (x, y, buttons) => heard.push(`at ${x},${y} ${buttons}`),
  wheel: (dx, dy) => heard.push(`wheel ${dx},${dy}`),
  releaseAll: () => heard.push("release"),
};
const lens: Lens = {
  pinch: (factor, x, y, dx, dy) => heard.push(`pinch ${factor.toFixed(2)} ${x},${y} ${dx},${dy}`),
};
const after = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

beforeEach(() => {
  heard = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("Mouse", () => {
  const mouse = () => new Mouse(sink, () => performance.now(), after);
  it("sends the first movement at once and of a flood only the newest", () => {
    const m = mouse();
    for (let x = 1; x <= 100; x++) m.to({ x, y: 0 }, 0);
    expect(heard).toEqual(["at 1,0 0"]);
    vi.advanceTimersByTime(20);
    expect(heard).toEqual(["at 1,0 0", "at 100,0 0"]);
  });
  it("never delays a button, nor sends the movement before it afterwards", () => {
    const m = mouse();
    m.to({ x: 1, y: 1 }, 0);
    m.to({ x: 2, y: 2 }, 0);
    m.to({ x: 3, y: 3 }, 1);
    m.to({ x: 3, y: 3 }, 0);
    vi.advanceTimersByTime(20);
    expect(heard).toEqual(["at 1,1 0", "at 3,3 1", "at 3,3 0"]);
  });
  it("does not press again what was let go of, before it was really up", () => {
    const m = mouse();
    m.to({ x: 1, y: 1 }, 1, 1);
    m.forget();
    m.to({ x: 2, y: 2 }, 1);
    m.to({ x: 3, y: 3 }, 5, 4); // another button is nobody's drag
    m.to({ x: 3, y: 3 }, 0);
    m.to({ x: 3, y: 3 }, 1);
    expect(heard.map((h) => h.split(" ")[2])).toEqual(["1", "4", "0", "1"]);
  });
  it("takes a new press even if it never saw the button up", () => {
    const m = mouse();
    m.to({ x: 1, y: 1 }, 1, 1);
    m.forget();
    m.to({ x: 9, y: 9 }, 1, 1);
    expect(heard).toEqual(["at 1,1 1", "at 9,9 1"]);
  });
  it("sends a waiting movement when it is asked to", () => {
    const m = mouse();
    m.to({ x: 1, y: 1 }, 0);
    m.to({ x: 2, y: 2 }, 0);
    m.flush();
    m.flush();
    expect(heard).toEqual(["at 1,1 0", "at 2,2 0"]);
  });
  it("puts the browser's buttons in the protocol's order", () => {
    expect([1, 2, 4, 8, 16, 3].map(buttonsOf)).toEqual([1, 4, 2, 8, 16, 5]);
  });
});

describe("Wheel", () => {
  it("learns how many lines Firefox makes of a notch", () => {
    const w = new Wheel(sink);
    const turn = (deltaX: number, deltaY: number, wheelDeltaX: number, wheelDeltaY: number) =>
      w.turn({ deltaX, deltaY, deltaMode: 1, wheelDeltaX, wheelDeltaY });
    turn(0, 6, 0, -120);
    turn(0, -12, 0, 120); // two notches that came as one event
    turn(-2, 0, 120, 0);
    turn(0, 3, 0, -60); // half a notch
    expect(heard).toEqual(["wheel 0,120", "wheel 0,-240", "wheel -120,0", "wheel 0,60"]);
  });
  it("counts pixels, lines and pages in 1/120 of a notch, and keeps the rest", () => {
    const w = new Wheel(sink);
    w.turn({ deltaX: 0, deltaY: 100, deltaMode: 0 });
    w.turn({ deltaX: 0, deltaY: -3, deltaMode: 1 });
    w.turn({ deltaX: 1, deltaY: 0, deltaMode: 2 });
    for (let i = 0; i < 8; i++) w.turn({ deltaX: 0, deltaY: 0.625, deltaMode: 0 }); // 3/4 each
    expect(heard.slice(0, 3)).toEqual(["wheel 0,120", "wheel 0,-120", "wheel 360,0"]);
    expect(heard.slice(3)).toEqual(Array(6).fill("wheel 0,1"));
  });
});

describe("Touch", () => {
  const finger = (id: number, x: number, y: number) => ({ id, x, y, place: { x, y } });
  const touch = () => new Touch(new Mouse(sink, () => performance.now(), after), new Wheel(sink), lens, after);
  it("clicks where one finger taps", () => {
    const t = touch();
    t.down(finger(1, 5, 5));
    t.up(finger(1, 6, 5));
    expect(heard).toEqual(["at 6,5 0", "at 6,5 1", "at 6,5 0"]);
  });
  it("drags from where the finger began", () => {
    const t = touch();
    t.down(finger(1, 5, 5));
    t.move(finger(1, 40, 5));
    vi.advanceTimersByTime(20);
    t.up(finger(1, 50, 5));
    expect(heard).toEqual(["at 5,5 0", "at 5,5 1", "at 40,5 1", "at 50,5 0"]);
  });
  it("clicks right for a long touch, and for two fingers", () => {
    const t = touch();
    t.down(finger(1, 5, 5));
    vi.advanceTimersByTime(700);
    t.up(finger(1, 5, 5));
    expect(heard).toContain("at 5,5 4");
    heard = [];
    t.down(finger(1, 7, 7));
    t.down(finger(2, 90, 7));
    t.up(finger(2, 90, 7));
    t.up(finger(1, 7, 7));
    expect(heard.filter((h) => h.endsWith(" 4"))).toHaveLength(1);
  });
  it("scrolls with two fingers and clicks nothing", () => {
    const t = touch();
    t.down(finger(1, 50, 50));
    t.down(finger(2, 90, 50));
    t.move(finger(1, 50, 150));
    t.move(finger(2, 90, 150));
    t.up(finger(1, 50, 150));
    t.up(finger(2, 90, 150));
    expect(heard).toEqual(["wheel 0,-120"]);
  });
  it("pinches with two fingers that part, turns no wheel and clicks nothing", () => {
    const t = touch();
    t.down(finger(1, 50, 50));
    t.down(finger(2, 90, 50));
    t.move(finger(1, 30, 50));
    t.move(finger(2, 130, 50));
    t.up(finger(1, 30, 50));
    t.up(finger(2, 130, 50));
    expect(heard).toEqual(["pinch 1.50 70,50 -10,0", "pinch 1.67 60,50 20,0"]);
  });
});

describe("messages", () => {
  it("sends no input while muted, but always lets go", () => {
    const sent: number[] = [];
    const s = messages(
      (bytes) => sent.push(bytes[0] ?? 0),
      () => true,
    );
    s.key(true, 1, 1);
    s.text("x");
    s.pointer(1, 1, 1);
    s.wheel(1, 1);
    s.releaseAll();
    expect(sent).toEqual([0x50]);
  });
  it("cuts a long text between characters", () => {
    const text = "€".repeat(3000);
    const cut = pieces(text);
    expect(cut.every((p) => p.length <= 4096)).toBe(true);
    expect(cut.map((p) => new TextDecoder("utf-8", { fatal: true }).decode(p)).join("")).toBe(text);
    expect(pieces("")).toEqual([]);
  });
});

describe("Input", () => {
  let muted: boolean;
  let stage: HTMLElement;
  let area: HTMLTextAreaElement;
  let input: Input;
  beforeEach(() => {
    muted = false;
    stage = document.body.appendChild(document.createElement("div"));
    area = document.body.appendChild(document.createElement("textarea"));
    stage.setPointerCapture = () => {};
    input = new Input({ stage, area, placeOf: (x, y) => ({ x, y }), lens, muted: () => muted }, sink, "other");
    input.focus();
    heard = [];
  });
  afterEach(() => {
    input.close();
    document.body.replaceChildren();
  });

  const keydown = (key: string, code: string) => {
    const e = new KeyboardEvent("keydown", { key, code, cancelable: true, bubbles: true });
    area.dispatchEvent(e);
    return e;
  };

  it.each<[string, () => void]>([
    ["the keyboard goes elsewhere", () => area.blur()],
    ["the window loses the focus", () => window.dispatchEvent(new Event("blur"))],
    ["the page goes away", () => window.dispatchEvent(new Event("pagehide"))],
    ["the pointer lock is lost", () => document.dispatchEvent(new Event("pointerlockchange"))],
    ["a pointer is cancelled", () => stage.dispatchEvent(new Event("pointercancel"))],
    ["it ends", () => input.close()],
  ])("lets go of everything when %s", (_, happen) => {
    keydown("a", "KeyA");
    happen();
    expect(heard[0]).toBe("+61");
    expect(heard).toContain("release");
    area.dispatchEvent(new KeyboardEvent("keyup", { key: "a", code: "KeyA" }));
    expect(heard.filter((h) => h.startsWith("-"))).toEqual([]);
  });

  it("does not drag on after the focus came back in the middle of a drag", () => {
    const at = (kind: string, x: number, button: number, buttons: number) =>
      stage.dispatchEvent(new MouseEvent(kind, { clientX: x, clientY: 0, button, buttons }));
    at("pointerdown", 1, 0, 1);
    window.dispatchEvent(new Event("blur"));
    at("pointermove", 5, -1, 1);
    at("pointerup", 5, 0, 0);
    at("pointerdown", 6, 0, 1);
    expect(heard.filter((h) => h !== "release")).toEqual(["at 1,0 1", "at 6,0 1"]);
  });

  it("turns the wheel and strikes keys where the pointer is by now", () => {
    const move = (x: number) =>
      stage.dispatchEvent(new MouseEvent("pointermove", { clientX: x, clientY: 0, button: -1 }));
    [1, 2].forEach(move);
    stage.dispatchEvent(new WheelEvent("wheel", { deltaY: 100, cancelable: true }));
    move(3);
    keydown("a", "KeyA");
    expect(heard).toEqual(["at 1,0 0", "at 2,0 0", "wheel 0,120", "at 3,0 0", "+61"]);
  });

  it("enlarges here with Ctrl and the wheel, even while muted", () => {
    muted = true;
    const wheel = new WheelEvent("wheel", { deltaY: -240, ctrlKey: true, clientX: 7, clientY: 8, cancelable: true });
    stage.dispatchEvent(wheel);
    expect(heard).toEqual(["pinch 1.41 7,8 0,0"]);
    expect(wheel.defaultPrevented).toBe(true);
  });

  it("strikes Backspace and Return for keyboards that tell no key", () => {
    for (const inputType of ["deleteContentBackward", "insertLineBreak", "insertText"])
      area.dispatchEvent(new InputEvent("beforeinput", { inputType, cancelable: true }));
    expect(heard).toEqual(["+ff08", "-ff08", "+ff0d", "-ff0d"]);
  });

  it("keeps the keyboard off the glass until it is asked for", () => {
    expect(area.inputMode).toBe("none");
    input.onGlass(true);
    expect([area.inputMode, document.activeElement]).toEqual(["text", area]);
  });

  it("lets go when the page is hidden, not when it is shown", () => {
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(heard).toEqual(["release"]);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(heard).toEqual(["release"]);
    hidden.mockRestore();
  });

  it("keeps keys from the browser, but not those that it does not send", () => {
    expect(keydown("F5", "F5").defaultPrevented).toBe(true);
    expect(keydown("Dead", "Equal").defaultPrevented).toBe(false);
  });

  it("opens no menu of the browser's for the Menu key", () => {
    const menu = new MouseEvent("contextmenu", { cancelable: true });
    area.dispatchEvent(menu);
    expect(menu.defaultPrevented).toBe(true);
  });

  it("sends a press whose pointer cannot be captured any more", () => {
    const gone = new DOMException("no such pointer", "NotFoundError");
    stage.setPointerCapture = () => {
      throw gone;
    };
    const complaint = vi.fn((e: ErrorEvent) => e.preventDefault());
    window.addEventListener("error", complaint, { once: true });
    stage.dispatchEvent(new MouseEvent("pointerdown", { clientX: 3, clientY: 4, buttons: 1 }));
    stage.dispatchEvent(new MouseEvent("pointerup", { clientX: 3, clientY: 4 }));
    expect(heard).toEqual(["at 3,4 1", "at 3,4 0"]);
  });

  it("sends text that the browser made, once", () => {
    area.value = "ê";
    area.dispatchEvent(new CompositionEvent("compositionend", { data: "ê" }));
    area.dispatchEvent(new InputEvent("input", { data: "ê" }));
    expect(heard).toEqual(["text ê"]);
    expect(area.value).toBe("");
  });

  it("takes nothing while muted", () => {
    muted = true;
    expect(keydown("a", "KeyA").defaultPrevented).toBe(false);
    expect(stage.dispatchEvent(new WheelEvent("wheel", { deltaY: 100, cancelable: true }))).toBe(true);
    expect(heard).toEqual([]);
  });
});
