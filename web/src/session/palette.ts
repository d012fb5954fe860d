import type { ITheme } from "@xterm/xterm";

const dark: ITheme = {
  background: "#0f1116",
  foreground: "#dfe1ea",
  cursor: "#8a83f6",
  cursorAccent: "#0f1116",
  selectionBackground: "#8a83f655",
  black: "#2a2e3a",
  red: "#f0616d",
  green: "#3fbd7c",
  yellow: "#e0a03a",
  blue: "#6f9bf5",
  magenta: "#b48cf2",
  cyan: "#4bbfc9",
  white: "#c9ccd8",
  brightBlack: "#6d7285",
  brightRed: "#ff8790",
  brightGreen: "#66d69b",
  brightYellow: "#f2bf68",
  brightBlue: "#95b7ff",
  brightMagenta: "#cdb0ff",
  brightCyan: "#7adbe3",
  brightWhite: "#f4f5f9",
};

const light: ITheme = {
  background: "#ffffff",
  foreground: "#1a1b24",
  cursor: "#5850dd",
  cursorAccent: "#ffffff",
  selectionBackground: "#5850dd33",
  black: "#1a1b24",
  red: "#c9303f",
  green: "#1d8a50",
  yellow: "#94600a",
  blue: "#2a5fd0",
  magenta: "#8241c8",
  cyan: "#0b7a88",
  white: "#6a6e7e",
  brightBlack: "#757a8b",
  brightRed: "#a81c2b",
  brightGreen: "#12703d",
  brightYellow: "#7a4d00",
  brightBlue: "#1c4bb0",
  brightMagenta: "#6a2cae",
  brightCyan: "#05616d",
  brightWhite: "#3a3d49",
};

/** The terminal's colours, each readable on its ground. */
export function palette(scheme: "light" | "dark"): ITheme {
  return scheme === "dark" ? dark : light;
}
