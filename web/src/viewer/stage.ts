import type { Display, raw } from "../wire";
import { NO_SHAPE, type Shape, shapeOf } from "./cursor";
import { layout, limited, scaleOf, settled, step, type Zoom } from "./fit";
import type { Lens } from "./input/touch";

/** How near the edge of the view a pointer moves a picture that is larger, in CSS pixels. */
const EDGE = 28;

/** A pointer that the representative moved so short a time ago is not the remote computer's doing, in ms. */
const OWN = 400;

/** A gesture is over when it rests for so long, in ms. */
const SETTLE = 250;

/** The elements of a stage, from the outside in. */
export interface Elements {
  view: HTMLElement; // has the room there is, and scrolls
  sheet: HTMLElement; // has the size of the picture as shown
  pointer: HTMLImageElement; // the remote pointer, where the own one is not
}

/**
 * Stage lays the picture out in the view, says which remote place is where, and
 * shows the pointers. It draws no picture: the canvas belongs to the worker.
 */
export class Stage implements Lens {
  private display: Display | undefined;
  private muted = false;
  private shape: Shape = NO_SHAPE;
  private ownMove = { x: -1, y: -1, at: Number.NEGATIVE_INFINITY };
  private readonly ended = new AbortController();
  private readonly observer = new ResizeObserver(() => this.arrange());

  private settling = 0; // timer after a gesture

  constructor(
    private readonly e: Elements,
    private zoom: Zoom,
    private readonly onZoom: (zoom: Zoom, scale: number) => void,
  ) {
    this.observer.observe(e.view);
    this.watchDensity();
    e.view.addEventListener("pointermove", (p) => this.pan(p), { signal: this.ended.signal });
  }

  close(): void {
    this.observer.disconnect();
    this.ended.abort();
    clearTimeout(this.settling);
  }

  /** Shows this display (its picture is on the canvas). */
  set(display: Display | undefined, muted: boolean): void {
    this.display = display;
    this.muted = muted;
    this.arrange();
    this.dress();
  }

  /** Returns the remote place of a point on the page; points outside the picture count as its edge. */
  readonly placeOf = (x: number, y: number): raw.Place => {
    const d = this.display;
    const box = this.e.sheet.getBoundingClientRect();
    if (!d || box.width === 0 || box.height === 0) return { x: 0, y: 0 };
    const place = {
      x: d.x + clamp(Math.floor(((x - box.left) / box.width) * d.width), d.width - 1),
      y: d.y + clamp(Math.floor(((y - box.top) / box.height) * d.height), d.height - 1),
    };
    this.ownMove = { ...place, at: performance.now() };
    this.e.pointer.hidden = !this.muted;
    return place;
  };

  /** Enlarges or shrinks by a factor around a point of the page, which then moves. */
  pinch(factor: number, x: number, y: number, dx: number, dy: number): void {
    const [scale, fit] = this.scales();
    this.zoomTo(limited(scale * factor, fit), x, y);
    this.e.view.scrollBy(-dx, -dy);
    clearTimeout(this.settling);
    this.settling = window.setTimeout(() => this.zoomTo(settled(this.zoom), x, y), SETTLE);
  }

  /** Shows the picture one step larger or smaller, around the middle of the view. */
  stepZoom(direction: 1 | -1): void {
    const [scale, fit] = this.scales();
    this.zoomAtMiddle(step(scale, fit, direction));
  }

  /** Shows the picture in a size, around the middle of the view. */
  zoomAtMiddle(zoom: Zoom): void {
    const box = this.e.view.getBoundingClientRect();
    this.zoomTo(zoom, box.left + box.width / 2, box.top + box.height / 2);
  }

  /** Takes a new shape of the remote pointer. */
  onCursor(cursor: raw.Cursor): void {
    this.shape = shapeOf(cursor);
    this.dress();
  }

  /** Takes the place of the remote pointer, and shows it if it went there by itself. */
  onPointer(place: raw.Place): void {
    const d = this.display;
    const { pointer } = this.e;
    if (!d) return;
    const far = Math.hypot(place.x - this.ownMove.x, place.y - this.ownMove.y) > 3;
    const byItself = far && performance.now() - this.ownMove.at > OWN;
    pointer.hidden = !(this.muted || byItself) || this.shape.image === "";
    pointer.style.left = `calc(${((place.x - d.x) / d.width) * 100}% - ${this.shape.hotX}px)`;
    pointer.style.top = `calc(${((place.y - d.y) / d.height) * 100}% - ${this.shape.hotY}px)`;
  }

  /** Zooms so that the pixel at a point of the page stays there. */
  private zoomTo(zoom: Zoom, x: number, y: number): void {
    if (zoom === this.zoom || !this.display) return;
    const { view, sheet } = this.e;
    const before = sheet.getBoundingClientRect();
    const [right, down] = [(x - before.left) / before.width, (y - before.top) / before.height];
    this.zoom = zoom;
    this.arrange();
    const after = sheet.getBoundingClientRect();
    view.scrollBy(after.left + right * after.width - x, after.top + down * after.height - y);
  }

  /** Returns on how many pixels of the screen one of the picture is, now and when it is fitted. */
  private scales(): [now: number, fit: number] {
    const { clientWidth: width, clientHeight: height } = this.e.view;
    const of = (zoom: Zoom) => (this.display ? scaleOf({ width, height }, this.display, density(), zoom) : 1);
    return [of(this.zoom), of("fit")];
  }

  private arrange(): void {
    const { view, sheet } = this.e;
    sheet.hidden = !this.display;
    if (!this.display) return;
    view.style.overflow = this.zoom === "fit" ? "hidden" : "auto"; // first: scroll bars take room
    const room = { width: view.clientWidth, height: view.clientHeight };
    const l = layout(room, this.display, density(), this.zoom);
    Object.assign(sheet.style, {
      left: `${l.left}px`,
      top: `${l.top}px`,
      width: `${l.width}px`,
      height: `${l.height}px`,
      imageRendering: l.crisp ? "pixelated" : "auto",
    });
    this.onZoom(this.zoom, this.scales()[0]);
  }

  private dress(): void {
    this.e.sheet.style.cursor = this.muted ? "default" : this.shape.css;
    if (this.shape.image) this.e.pointer.src = this.shape.image;
    else this.e.pointer.hidden = true;
  }

  /** Moves a picture that is larger than the view when the pointer comes near an edge. */
  private pan(e: PointerEvent): void {
    if (this.zoom === "fit" || e.pointerType === "touch") return;
    const box = this.e.view.getBoundingClientRect();
    const push = (at: number, from: number, to: number) =>
      at < from + EDGE ? at - from - EDGE : at > to - EDGE ? at - to + EDGE : 0;
    this.e.view.scrollBy(push(e.clientX, box.left, box.right), push(e.clientY, box.top, box.bottom));
  }

  /** Arranges anew whenever the density of the screen changes: zoom of the page, another monitor. */
  private watchDensity(): void {
    if (this.ended.signal.aborted) return;
    const query = window.matchMedia(`(resolution: ${density()}dppx)`);
    const changed = () => {
      this.arrange();
      this.watchDensity();
    };
    query.addEventListener("change", changed, { once: true, signal: this.ended.signal });
  }
}

/** Pixels of the screen in a CSS pixel. */
function density(): number {
  return window.devicePixelRatio || 1;
}

function clamp(v: number, max: number): number {
  return Math.min(Math.max(0, v), max);
}
