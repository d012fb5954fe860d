import type { Display } from "../wire";

/** In place of a display's id (0 to 255): all displays, as they stand beside each other. */
export const ALL = 256;

const MAX_SIDE = 16384; // of a canvas in every browser
const MAX_PIXELS = 64 << 20; // as many as all displays may have

/**
 * Returns the desktop as one display, or nothing where there is but one display,
 * or where they stand so far apart that no canvas holds them.
 */
export function whole(displays: readonly Display[]): Display | undefined {
  if (displays.length < 2) return undefined;
  const [x, y] = [Math.min(...displays.map((d) => d.x)), Math.min(...displays.map((d) => d.y))];
  const width = Math.max(...displays.map((d) => d.x + d.width)) - x;
  const height = Math.max(...displays.map((d) => d.y + d.height)) - y;
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) return undefined;
  return { id: ALL, x, y, width, height, scale: 100, primary: false, name: "" };
}

/** Returns the display of an id, which may be ALL. */
export function displayOf(displays: readonly Display[], id: number): Display | undefined {
  return id === ALL ? whole(displays) : displays.find((d) => d.id === id);
}

/** Returns the display to show: the one that was asked for, else the primary one, else the first. */
export function chosen(displays: readonly Display[], wanted: number): Display | undefined {
  return displayOf(displays, wanted) ?? displays.find((d) => d.primary) ?? displays[0];
}
