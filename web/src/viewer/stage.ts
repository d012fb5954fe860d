import type { Display, raw } from "../wire";
import { NO_SHAPE, type Shape, shapeOf } from "./cursor";
import { layout, type Zoom } from "./fit";

/** How near the edge of the view a pointer moves a picture that is larger, in CSS pixels. */
const EDGE = 28;

/** A pointer that the representative moved so short a time ago is not the remote computer's doing, in ms. */
const OWN = 400;

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
export class Stage {
  private display: Display | undefined;
  private zoom: Zoom = "fit";
  private muted = false;
  private shape: Shape = NO_SHAPE;
  private ownMove = { x: -1, y: -1, at: Number.NEGATIVE_INFINITY };
  private readonly ended = new AbortController();
  private readonly observer = new ResizeObserver(() => this.arrange());

  constructor(private readonly e: Elements) {
    this.observer.observe(e.view);
    this.watchDensity();
    e.view.addEventListener("pointermove", (p) => this.pan(p), { signal: this.ended.signal });
  }

  close(): void {
    this.observer.disconnect();
    this.ended.abort();
  }

  /** Shows this display (its picture is on the canvas), in this way. */
  set(display: Display | undefined, zoom: Zoom, muted: boolean): void {
    this.display = display;
    this.zoom = zoom;
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

  private arrange(): void {
    const { view, sheet } = this.e;
    sheet.hidden = !this.display;
    if (!this.display) return;
    const room = { width: view.clientWidth, height: view.clientHeight };
    const l = layout(room, this.display, window.devicePixelRatio || 1, this.zoom);
    Object.assign(sheet.style, {
      left: `${l.left}px`,
      top: `${l.top}px`,
      width: `${l.width}px`,
      height: `${l.height}px`,
      imageRendering: l.crisp ? "pixelated" : "auto",
    });
    view.style.overflow = this.zoom === "actual" ? "auto" : "hidden";
  }

  private dress(): void {
    this.e.sheet.style.cursor = this.muted ? "default" : this.shape.css;
    if (this.shape.image) this.e.pointer.src = this.shape.image;
    else this.e.pointer.hidden = true;
  }

  /** Moves a picture that is larger than the view when the pointer comes near an edge. */
  private pan(e: PointerEvent): void {
    if (this.zoom !== "actual" || e.pointerType === "touch") return;
    const box = this.e.view.getBoundingClientRect();
    const push = (at: number, from: number, to: number) =>
      at < from + EDGE ? at - from - EDGE : at > to - EDGE ? at - to + EDGE : 0;
    this.e.view.scrollBy(push(e.clientX, box.left, box.right), push(e.clientY, box.top, box.bottom));
  }

  /** Arranges anew whenever the density of the screen changes: zoom of the page, another monitor. */
  private watchDensity(): void {
    if (this.ended.signal.aborted) return;
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const changed = () => {
      this.arrange();
      this.watchDensity();
    };
    query.addEventListener("change", changed, { once: true, signal: this.ended.signal });
  }
}

function clamp(v: number, max: number): number {
  return Math.min(Math.max(0, v), max);
}
