import { again, delay, type Exit, GIVE_UP } from "../wire";
import { openShell, type Shell, type Size } from "./shell";

/** What a LastingShell tells its owner. */
export interface LastingListener {
  onOpened: (fresh: boolean) => void; // fresh: a shell after one that was lost
  onOutput: (bytes: Uint8Array) => void;
  onExit: (exit: Exit) => void;
  onLost: (code: string) => void; // another shell is being sought
  onEnd: (code: string) => void; // once, and nothing after it
}

/** What a LastingShell needs from around it. */
export interface Around {
  /** Says which session to open a shell in now. Fails with a code. */
  seek: () => Promise<string>;
  open?: typeof openShell;
  now?: () => number; // ms
}

/**
 * A terminal that outlives its connection: when that is lost another shell is
 * opened, again and again for half an hour. It is another shell, and what ran in
 * the one before is not in it.
 */
export class LastingShell {
  private shell: Shell | undefined;
  private lost = false;
  private lostAt = 0;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  constructor(
    session: string,
    private size: Size,
    private readonly listener: LastingListener,
    private readonly around: Around,
  ) {
    this.open(session);
    window.addEventListener("online", this.hurry);
  }

  input(text: string): void {
    this.shell?.input(text);
  }

  resize(size: Size): void {
    this.size = size;
    this.shell?.resize(size);
  }

  /** Tries at once what would be tried later anyway. */
  readonly hurry = (): void => {
    if (this.timer === undefined || this.over) return;
    clearTimeout(this.timer);
    void this.seek();
  };

  close(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    window.removeEventListener("online", this.hurry);
    this.shell?.close();
  }

  private open(session: string): void {
    const open = this.around.open ?? openShell;
    const { onOutput } = this.listener;
    const shell = open(session, this.size, {
      onOpened: () => this.unlessOver(() => this.opened()),
      onOutput: (bytes) => this.unlessOver(() => onOutput(bytes)),
      onExit: (exit) => this.unlessOver(() => this.exit(exit)),
      onEnd: (code) => this.unlessOver(() => this.end(code)),
    });
    if (!this.over) this.shell = shell;
  }

  private opened(): void {
    this.tries = 0;
    this.listener.onOpened(this.lost);
    this.shell?.resize(this.size); // it may have changed on the way
    this.lost = false;
  }

  private exit(exit: Exit): void {
    this.close();
    this.listener.onExit(exit);
  }

  private end(code: string): void {
    const now = (this.around.now ?? Date.now)();
    this.shell = undefined;
    if (this.tries === 0) this.lostAt = now;
    if (!again(code) || now - this.lostAt > GIVE_UP) {
      this.close();
      this.listener.onEnd(code);
      return;
    }
    this.lost = true;
    this.listener.onLost(code);
    this.timer = setTimeout(() => void this.seek(), delay(this.tries++));
  }

  private async seek(): Promise<void> {
    this.timer = undefined;
    try {
      const session = await this.around.seek();
      this.unlessOver(() => this.open(session));
    } catch (thrown) {
      this.unlessOver(() => this.end((thrown as { code?: string }).code ?? "lost"));
    }
  }

  private unlessOver(act: () => void): void {
    if (!this.over) act();
  }
}
