import { FILM_CODECS } from "../picture/format";
import type { Figures } from "./protocol";

/** What a Tally knows of the figures. */
type Counted = Omit<Figures, "way">;

/** Tally adds up what happens and gives the figures of every second. */
export class Tally {
  private roundTrip: number | undefined;
  private frames = 0;
  private bytes = 0;
  private total = 0;
  private decode = 0;
  private draw = 0;
  private film = 0;
  private perFrame: Pick<Figures, "decode" | "draw"> = { decode: undefined, draw: undefined }; // ms, in the last second that had any
  private since: number;

  constructor(now: number) {
    this.since = now;
  }

  received(bytes: number): void {
    this.bytes += bytes;
    this.total += bytes;
  }

  drawn(decode: number, draw: number, film: number): void {
    this.frames++;
    this.film = film || this.film;
    this.decode += decode;
    this.draw += draw;
  }

  echoed(millis: number): void {
    this.roundTrip = millis;
  }

  /** Returns the figures since the last call and begins anew. */
  take(now: number, exact: boolean): Counted {
    if (this.frames) this.perFrame = { decode: this.decode / this.frames, draw: this.draw / this.frames };
    const seconds = Math.max(0.001, (now - this.since) / 1000);
    const figures = {
      roundTrip: this.roundTrip,
      frames: this.frames / seconds,
      bytes: this.bytes / seconds,
      total: this.total,
      ...this.perFrame,
      exact,
      film: FILM_CODECS[this.film]?.name ?? "",
    };
    this.since = now;
    this.frames = this.bytes = this.decode = this.draw = this.film = 0;
    return figures;
  }
}
