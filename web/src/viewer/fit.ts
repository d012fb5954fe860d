/** How the picture is shown: whole, or each of its pixels on so many of the screen's. */
export type Zoom = "fit" | number;

/** What the buttons go through; 1 is the natural size. */
const STEPS = [0.25, 0.33, 0.5, 0.67, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6];
const LARGEST = 6;

/** A gesture that ends so near a whole number means it. */
const NEAR = 0.03;

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
  const scale = scaleOf(view, picture, density, zoom) / density;
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

/** Returns on how many pixels of the screen one of the picture is. */
export function scaleOf(view: Size, picture: Size, density: number, zoom: Zoom): number {
  return zoom === "fit" ? fitted(view, picture, density) * density : zoom;
}

/** Returns the next zoom in a direction, from what is shown at scale; what is no larger than fit is fit. */
export function step(scale: number, fit: number, direction: 1 | -1): Zoom {
  const larger = STEPS.find((s) => s > scale * 1.001) ?? LARGEST;
  const smaller = STEPS.findLast((s) => s < scale * 0.999) ?? 0;
  return limited(direction > 0 ? larger : smaller, fit);
}

/** Returns the zoom that a gesture asks for; what is no larger than fit is fit. */
export function limited(scale: number, fit: number): Zoom {
  const smallest = Math.min(1, fit); // a small picture may be shown in its natural size
  if (scale <= smallest * 1.001) return smallest === fit ? "fit" : smallest;
  return Math.min(scale, LARGEST);
}

/** Returns a zoom without what a hand could not aim at. */
export function settled(zoom: Zoom): Zoom {
  if (zoom === "fit") return zoom;
  const whole = Math.max(1, Math.round(zoom));
  return Math.abs(zoom / whole - 1) < NEAR ? whole : zoom;
}

function fitted(view: Size, picture: Size, density: number): number {
  const room = Math.min(view.width / picture.width, view.height / picture.height);
  const pixels = room * density; // of the screen, for one of the picture
  if (pixels <= 1) return Math.max(room, 1 / 64);
  if (density >= FINE && room < 1) return room;
  return Math.floor(pixels) / density;
}
