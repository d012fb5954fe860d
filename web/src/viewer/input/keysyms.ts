/**
 * What a key means: KeyboardEvent.key (UI Events KeyboardEvent key Values) as
 * an X11 keysym (keysymdef.h, XF86keysym.h).
 */

const UNICODE = 0x01000000; // keysyms from here on are code points

const named = new Map<string, number>();

function row(first: number, keys: string): void {
  keys.split(" ").forEach((key, i) => {
    if (key !== "-") named.set(key, first + i);
  });
}

row(0xff08, "Backspace Tab - Clear - Enter");
row(0xff13, "Pause ScrollLock");
row(0xff1b, "Escape");
row(0xff20, "Compose KanjiMode NonConvert Convert Romaji Hiragana Katakana HiraganaKatakana Zenkaku Hankaku");
row(0xff2a, "ZenkakuHankaku - - - KanaMode Eisu Alphanumeric HangulMode - - HanjaMode - - CodeInput JunjaMode");
row(0xff3c, "SingleCandidate AllCandidates PreviousCandidate");
row(0xff50, "Home ArrowLeft ArrowUp ArrowRight ArrowDown PageUp PageDown End");
row(0xff60, "Select PrintScreen Execute Insert - Undo Redo ContextMenu Find Cancel Help");
row(0xff66, "Again");
row(0xff7e, "ModeChange NumLock");
for (let n = 1; n <= 35; n++) named.set(`F${n}`, 0xffbd + n);
row(0xffe5, "CapsLock");
row(0xffff, "Delete");
row(0x1008ff02, "BrightnessUp BrightnessDown");
row(
  0x1008ff11,
  "AudioVolumeDown AudioVolumeMute AudioVolumeUp MediaPlayPause MediaStop MediaTrackPrevious MediaTrackNext",
);
row(0x1008ff18, "BrowserHome LaunchMail - BrowserSearch - LaunchApplication2");
row(
  0x1008ff26,
  "BrowserBack BrowserForward BrowserStop BrowserRefresh PowerOff WakeUp Eject - - Standby BrowserFavorites",
);
row(0x1008ff31, "MediaPause - LaunchApplication1");
row(0x1008ff56, "Close Copy Cut");
row(0x1008ff68, "New - - Open - Paste");
row(0x1008ff8b, "ZoomIn ZoomOut");
row(0x1008ffb2, "MicrophoneToggle");
named.set("MailReply", 0x1008ff72).set("Save", 0x1008ff77).set("MailSend", 0x1008ff7b).set("MailForward", 0x1008ff90);
named.set("Power", 0x1008ff2a).set("Print", 0xff61).set("Hibernate", 0x1008ffa8).set("Sleep", 0x1008ff2f);

/** The keys that there are twice, left and right (KeyboardEvent.location 1 and 2). */
const sided = new Map<string, [left: number, right: number]>([
  ["Shift", [0xffe1, 0xffe2]],
  ["Control", [0xffe3, 0xffe4]],
  ["Alt", [0xffe9, 0xffea]],
  ["AltGraph", [0xfe03, 0xfe03]],
  ["Meta", [0xffeb, 0xffec]], // the Windows or Command key is X's Super
  ["OS", [0xffeb, 0xffec]],
  ["Super", [0xffeb, 0xffec]],
  ["Hyper", [0xffed, 0xffee]],
]);

/** The keypad (location 3). */
const keypad = new Map<string, number>([
  [" ", 0xff80],
  ["Tab", 0xff89],
  ["Enter", 0xff8d],
  ["=", 0xffbd],
  ["*", 0xffaa],
  ["+", 0xffab],
  [",", 0xffac],
  ["-", 0xffad],
  [".", 0xffae],
  ["/", 0xffaf],
]);
"Home ArrowLeft ArrowUp ArrowRight ArrowDown PageUp PageDown End Clear Insert Delete".split(" ").forEach((key, i) => {
  keypad.set(key, 0xff95 + i);
});
for (let n = 0; n <= 9; n++) keypad.set(String(n), 0xffb0 + n);

/** Keysyms that the viewer sends of its own accord. */
export const Sym = {
  BackSpace: 0xff08,
  Tab: 0xff09,
  Return: 0xff0d,
  Escape: 0xff1b,
  PrintScreen: 0xff61,
  CapsLock: 0xffe5,
  F1: 0xffbe,
  F4: 0xffc1,
  ShiftLeft: 0xffe1,
  ControlLeft: 0xffe3,
  AltLeft: 0xffe9,
  SuperLeft: 0xffeb,
} as const;

/** Returns the keysym of a character: Latin-1 as it is, anything else by its code point; 0 for control characters. */
export function keysymOfCharacter(character: string): number {
  const cp = character.codePointAt(0) ?? 0;
  if ((cp >= 0x20 && cp <= 0x7e) || (cp >= 0xa0 && cp <= 0xff)) return cp;
  return cp < 0xa0 ? 0 : UNICODE + cp;
}

/** Reports whether a KeyboardEvent.key is one character rather than a name. */
export function isCharacter(key: string): boolean {
  return key.length === 1 || (key.length === 2 && [...key].length === 1);
}

/** Returns the keysym of a key at a KeyboardEvent.location, 0 if it has none. */
export function keysymOf(key: string, location = 0): number {
  const onKeypad = location === 3 ? keypad.get(key) : undefined;
  if (onKeypad !== undefined) return onKeypad;
  const pair = sided.get(key);
  if (pair) return location === 2 ? pair[1] : pair[0];
  return isCharacter(key) ? keysymOfCharacter(key) : (named.get(key) ?? 0);
}
