/** How the picture is shown: whole, or one of its pixels on one of the screen's. */
export type Zoom = "fit" | "actual";

/** A picture's place in the view, in CSS pixels. */
export interface Layout {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Every remote pixel covers a whole number of the screen's: then nothing needs to be smoothed. */
  crisp: boolean;
}

interface Size {
  width: number;
  height: number;
}

/** Density from which the eye does not see that a picture was enlarged smoothly. */
const FINE = 2;

/**
 * Returns where a picture goes in a view, at so many screen pixels in a CSS
 * pixel. Fitted pictures are made smaller as needed, but larger only by whole
 * numbers, since anything between is a blur; a very fine screen may come
 * between up to the picture's natural size.
 */
export function layout(view: Size, picture: Size, density: number, zoom: Zoom): Layout {
  const scale = zoom === "actual" ? 1 / density : fitted(view, picture, density);
  const [width, height] = [picture.width * scale, picture.height * scale];
  const onPixel = (v: number) => Math.max(0, Math.round((v * density) / 2) / density);
  return {
    left: onPixel(view.width - width),
    top: onPixel(view.height - height),
    width,
    height,
    crisp: Math.abs(scale * density - Math.round(scale * density)) < 1e-6,
  };
}

function fitted(view: Size, picture: Size, density: number): number {
  const room = Math.min(view.width / picture.width, view.height / picture.height);
  const pixels = room * density; // of the screen, for one of the picture
  if (pixels <= 1) return Math.max(room, 1 / 64);
  if (density >= FINE && room < 1) return room;
  return Math.floor(pixels) / density;
}
