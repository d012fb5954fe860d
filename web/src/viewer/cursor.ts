import type { raw } from "../wire";
import { smallPNG } from "./png";

/** The sides that browsers accept for a cursor of the page, in pixels. */
const LARGEST = 128;

/** Drawn where the remote computer hides its pointer, so that nobody loses the own one. */
const DOT = `url("data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"><circle cx="3.5" cy="3.5" r="2.5" fill="#fff" stroke="#000"/></svg>',
)}") 3 3, crosshair`;

/** A pointer's shape as the page can use it. */
export interface Shape {
  css: string; // for the style "cursor"
  image: string; // an address of the picture; empty: hidden
  hotX: number;
  hotY: number;
}

/** The shape before the remote computer told one. */
export const NO_SHAPE: Shape = { css: "default", image: "", hotX: 0, hotY: 0 };

/** Makes a shape for the page. */
export function shapeOf(c: raw.Cursor): Shape {
  if (c.width === 0 || c.height === 0) return { css: DOT, image: "", hotX: 0, hotY: 0 };
  const image = addressOf(c);
  const [hotX, hotY] = [Math.min(c.hotX, c.width - 1), Math.min(c.hotY, c.height - 1)];
  const fits = c.width <= LARGEST && c.height <= LARGEST;
  return { css: fits ? `url("${image}") ${hotX} ${hotY}, default` : "default", image, hotX, hotY };
}

function addressOf(c: raw.Cursor): string {
  let text = "";
  for (const byte of smallPNG(c.pixels, c.width, c.height)) text += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(text)}`;
}
