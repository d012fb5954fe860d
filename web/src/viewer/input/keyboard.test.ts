import { beforeEach, describe, expect, it } from "vitest";
import { Keyboard, type KeyPress, type System, systemOf } from "./keyboard";
import type { Sink } from "./sink";

/** What the sink heard: "+keysym/usage", "-keysym/usage", "text …", "release". */
let heard: string[];
let timers: { run: () => void; off: boolean }[];

const sink: Sink = {
  key: (down, keysym, usage) => heard.push(`${down ? "+" : "-"}${keysym.toString(16)}/${usage.toString(16)}`),
  text: (text) => heard.push(`text ${text}`),
  pointer: () => {},
  wheel: () => {},
  releaseAll: () => heard.push("release"),
};

function keyboard(system: System): Keyboard {
  return new Keyboard(sink, system, (_, run) => {
    const timer = { run, off: false };
    timers.push(timer);
    return () => {
      timer.off = true;
    };
  });
}

function press(key: string, code: string, more: Partial<KeyPress> & { mods?: string[] } = {}): KeyPress {
  const { mods = [], ...rest } = more;
  return { key, code, location: 0, isComposing: false, getModifierState: (m) => mods.includes(m), ...rest };
}

function elapse(): void {
  for (const t of timers.splice(0)) if (!t.off) t.run();
}

beforeEach(() => {
  heard = [];
  timers = [];
});

describe("Keyboard", () => {
  it("sends keysym and place, repeats, and releases by place whatever the key means by then", () => {
    const k = keyboard("other");
    k.down(press("Shift", "ShiftLeft", { location: 1 }));
    k.down(press("A", "KeyA"));
    k.down(press("A", "KeyA"));
    k.up(press("Shift", "ShiftLeft", { location: 1 }));
    k.up(press("a", "KeyA"));
    expect(heard).toEqual(["+ffe1/e1", "+41/4", "+41/4", "-ffe1/e1", "-41/4"]);
  });

  it("knows a German and a French keyboard by what the browser says", () => {
    const k = keyboard("other");
    for (const [key, code] of [
      ["ö", "Semicolon"],
      ["z", "KeyY"],
      ["q", "KeyA"],
      ["é", "Digit2"],
      ["€", "KeyE"],
      ["<", "IntlBackslash"],
    ] as const) {
      k.down(press(key, code));
      k.up(press(key, code));
    }
    expect(heard.filter((h) => h[0] === "+")).toEqual(["+f6/33", "+7a/1c", "+71/4", "+e9/1f", "+10020ac/8", "+3c/64"]);
  });

  it("never sends an up without a down", () => {
    const k = keyboard("other");
    k.up(press("a", "KeyA"));
    expect(heard).toEqual([]);
  });

  it("knows a key without a code by its name", () => {
    const k = keyboard("other");
    k.down(press("Enter", ""));
    k.up(press("Enter", ""));
    expect(heard).toEqual(["+ff0d/0", "-ff0d/0"]);
  });

  it("keeps the locks to itself, since keysyms say what they do", () => {
    const k = keyboard("other");
    expect(k.down(press("CapsLock", "CapsLock"))).toBe(true);
    expect(k.down(press("NumLock", "NumLock"))).toBe(true);
    expect(heard).toEqual([]);
  });

  it("leaves keys that it does not know to the browser", () => {
    expect(keyboard("other").down(press("Soft1", ""))).toBe(false);
  });
});

describe("AltGr", () => {
  it("sends the character alone on Linux", () => {
    const k = keyboard("other");
    k.down(press("AltGraph", "AltRight", { location: 2 }));
    k.down(press("@", "KeyQ", { mods: ["AltGraph"] }));
    k.up(press("@", "KeyQ"));
    k.up(press("AltGraph", "AltRight"));
    expect(heard).toEqual(["+40/14", "-40/14"]);
  });

  it("is Control and Alt on Windows, and neither is sent", () => {
    const k = keyboard("windows");
    for (let repeat = 0; repeat < 3; repeat++) {
      k.down(press("Control", "ControlLeft", { location: 1 }));
      k.down(press("AltGraph", "AltRight", { location: 2 }));
    }
    k.down(press("@", "KeyQ", { mods: ["AltGraph", "Control", "Alt"] }));
    k.up(press("@", "KeyQ"));
    k.up(press("Control", "ControlLeft"));
    k.up(press("AltGraph", "AltRight"));
    elapse();
    expect(heard).toEqual(["+40/14", "-40/14"]);
  });

  it("lets a real Control key through on Windows, at once with the next key", () => {
    const k = keyboard("windows");
    k.down(press("Control", "ControlLeft", { location: 1 }));
    k.down(press("c", "KeyC"));
    k.up(press("c", "KeyC"));
    k.up(press("Control", "ControlLeft"));
    expect(heard).toEqual(["+ffe3/e0", "+63/6", "-63/6", "-ffe3/e0"]);
  });

  it("lets a Control key alone through after a moment", () => {
    const k = keyboard("windows");
    k.down(press("Control", "ControlLeft", { location: 1 }));
    expect(heard).toEqual([]);
    elapse();
    expect(heard).toEqual(["+ffe3/e0"]);
  });

  it("lifts Control+Alt where Windows takes them for AltGr", () => {
    const k = keyboard("windows");
    k.down(press("Control", "ControlLeft", { location: 1 }));
    k.down(press("Alt", "AltLeft", { location: 1 }));
    k.down(press("@", "KeyQ", { mods: ["AltGraph"] }));
    expect(heard).toEqual(["+ffe3/e0", "+ffe9/e2", "-ffe3/e0", "-ffe9/e2", "+40/14"]);
  });

  it("is a modifier before a key that is no character", () => {
    const k = keyboard("other");
    k.down(press("AltGraph", "AltRight", { location: 2 }));
    k.down(press("ArrowLeft", "ArrowLeft", { mods: ["AltGraph"] }));
    k.up(press("ArrowLeft", "ArrowLeft"));
    k.up(press("AltGraph", "AltRight"));
    expect(heard).toEqual(["+fe03/e6", "+ff51/50", "-ff51/50", "-fe03/e6"]);
  });
});

describe("a Mac", () => {
  it("sends what Option made, alone", () => {
    const k = keyboard("mac");
    k.down(press("Alt", "AltLeft", { location: 1 }));
    k.down(press("@", "KeyL"));
    k.up(press("@", "KeyL"));
    k.up(press("Alt", "AltLeft"));
    expect(heard).toEqual(["+40/f", "-40/f"]);
  });

  it("sends Option with a named key, and alone", () => {
    const k = keyboard("mac");
    k.down(press("Alt", "AltLeft", { location: 1 }));
    k.down(press("F4", "F4"));
    k.up(press("F4", "F4"));
    k.up(press("Alt", "AltLeft"));
    k.down(press("Alt", "AltRight", { location: 2 }));
    k.up(press("Alt", "AltRight"));
    expect(heard).toEqual(["+ffe9/e2", "+ffc1/3d", "-ffc1/3d", "-ffe9/e2", "+ffea/e6", "-ffea/e6"]);
  });

  it("lets go at once of keys under Command, whose end it never hears", () => {
    const k = keyboard("mac");
    k.down(press("a", "KeyA"));
    k.down(press("Meta", "MetaLeft", { location: 1 }));
    k.down(press("c", "KeyC"));
    k.up(press("Meta", "MetaLeft"));
    expect(heard).toEqual(["+61/4", "+ffeb/e3", "+63/6", "-63/6", "-ffeb/e3", "-61/4"]);
  });
});

describe("text that the browser makes", () => {
  it("leaves a dead key and what follows to the browser and sends the outcome", () => {
    const k = keyboard("windows");
    expect(k.down(press("Dead", "Equal"))).toBe(false);
    expect(k.up(press("Dead", "Equal"))).toBe(false);
    expect(k.down(press("é", "KeyE"))).toBe(false);
    k.text("é");
    expect(k.up(press("é", "KeyE"))).toBe(false);
    k.down(press("e", "KeyE"));
    expect(heard).toEqual(["text é", "+65/8"]);
  });

  it("keeps a dead key through Shift", () => {
    const k = keyboard("other");
    k.down(press("Dead", "Equal"));
    k.down(press("Shift", "ShiftLeft", { location: 1 }));
    expect(k.down(press("É", "KeyE"))).toBe(false);
    expect(heard).toEqual(["+ffe1/e1"]);
  });

  it("leaves keys to an input method", () => {
    const k = keyboard("other");
    expect(k.down(press("Process", "KeyN"))).toBe(false);
    expect(k.down(press("i", "KeyI", { isComposing: true }))).toBe(false);
    k.text("に");
    expect(k.up(press("i", "KeyI"))).toBe(false);
    expect(heard).toEqual(["text に"]);
  });
});

describe("releaseAll", () => {
  it("forgets every key, and says so", () => {
    const k = keyboard("windows");
    k.down(press("a", "KeyA"));
    k.down(press("Control", "ControlLeft", { location: 1 }));
    k.releaseAll();
    elapse();
    k.up(press("a", "KeyA"));
    k.up(press("Control", "ControlLeft"));
    expect(heard).toEqual(["+61/4", "release"]);
  });
});

describe("systemOf", () => {
  it.each([
    ["Win32", "windows"],
    ["MacIntel", "mac"],
    ["iPad", "mac"],
    ["Linux x86_64", "other"],
  ])("takes %s for %s", (platform, system) => expect(systemOf(platform)).toBe(system));
});
