const EVERY = 5_000; // ms
const MOST = 3; // silent beats of a channel that answers
const MOST_UNOPENED = 6; // of one that has not answered yet

/**
 * Finds out that a channel is dead though nobody has said so: three beats without
 * a sign of life, six before the first. It counts beats and not time, which passes
 * without the page in a tab that is hidden or on a computer that sleeps.
 */
export class Pulse {
  private silent = 0;
  private opened = false;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly ask: () => void, // for a sign of life
    private readonly dead: () => void,
  ) {
    this.timer = setInterval(() => this.beat(), EVERY);
  }

  /** Says that something came. */
  heard(): void {
    this.silent = 0;
  }

  /** Says that the other side answers when it is asked. */
  open(): void {
    this.opened = true;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    if (++this.silent > (this.opened ? MOST : MOST_UNOPENED)) {
      this.stop();
      this.dead();
    } else if (this.opened) this.ask();
  }
}
