/**
 * Where a key is: KeyboardEvent.code (UI Events KeyboardEvent code Values) as a
 * USB HID usage of page 7 (HID Usage Tables 1.12, section 10).
 */

const usages = new Map<string, number>();

function row(first: number, codes: string): void {
  codes.split(" ").forEach((code, i) => {
    if (code !== "-") usages.set(code, first + i);
  });
}

row(0x04, "KeyA KeyB KeyC KeyD KeyE KeyF KeyG KeyH KeyI KeyJ KeyK KeyL KeyM");
row(0x11, "KeyN KeyO KeyP KeyQ KeyR KeyS KeyT KeyU KeyV KeyW KeyX KeyY KeyZ");
row(0x1e, "Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0");
row(0x28, "Enter Escape Backspace Tab Space Minus Equal BracketLeft BracketRight Backslash IntlHash");
row(0x33, "Semicolon Quote Backquote Comma Period Slash CapsLock");
row(0x3a, "F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12");
row(0x46, "PrintScreen ScrollLock Pause Insert Home PageUp Delete End PageDown");
row(0x4f, "ArrowRight ArrowLeft ArrowDown ArrowUp");
row(0x53, "NumLock NumpadDivide NumpadMultiply NumpadSubtract NumpadAdd NumpadEnter");
row(0x59, "Numpad1 Numpad2 Numpad3 Numpad4 Numpad5 Numpad6 Numpad7 Numpad8 Numpad9 Numpad0 NumpadDecimal");
row(0x64, "IntlBackslash ContextMenu Power NumpadEqual");
row(0x68, "F13 F14 F15 F16 F17 F18 F19 F20 F21 F22 F23 F24");
row(0x74, "Open Help - Select - Again Undo Cut Copy Paste Find AudioVolumeMute AudioVolumeUp AudioVolumeDown");
row(0x85, "NumpadComma - IntlRo KanaMode IntlYen Convert NonConvert");
row(0x90, "Lang1 Lang2 Lang3 Lang4 Lang5");
row(0xb6, "NumpadParenLeft NumpadParenRight");
row(0xe0, "ControlLeft ShiftLeft AltLeft MetaLeft ControlRight ShiftRight AltRight MetaRight");
row(0x7f, "VolumeMute VolumeUp VolumeDown"); // older Firefox
usages.set("OSLeft", 0xe3).set("OSRight", 0xe7); // the same
usages.set("NumpadBackspace", 0xbb).set("NumpadClear", 0xd8);

/** Returns the usage of a code, 0 if it has none. */
export function usageOf(code: string): number {
  return usages.get(code) ?? 0;
}
