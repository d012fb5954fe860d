import { again, delay, type Exit, GIVE_UP, Type } from "../wire";
import { inputBodies, openShell, type Shell, type Size, type Talk } from "./shell";

/** What a LastingShell tells its owner. */
export interface LastingListener {
  onOpened: (fresh: boolean) => void; // fresh: a shell after one that was lost
  onOutput: (bytes: Uint8Array, taken: () => void) => void;
  onExit: (exit: Exit) => void;
  onLost: (held: boolean) => void; // held: the computer holds the shell; else another is being sought
  onEnd: (code: string) => void; // once, and nothing after it
}

/** What a LastingShell needs from around it. */
export interface Around {
  /** Says which session to open a shell in now. Fails with a code. */
  seek: () => Promise<string>;
  open?: typeof openShell;
  now?: () => number; // ms
}

/** For so long after a loss an agent holds a shell, in ms. */
const HELD = 5 * 60_000;

/**
 * A terminal that outlives its connection: when that is lost it is sought again
 * and again for half an hour. An agent holds the same shell for five minutes of
 * that, with all that runs in it, and what is typed meanwhile arrives. After that,
 * and from an old agent, it is another shell.
 */
export class LastingShell {
  private shell: Shell | undefined;
  private talk: Talk | undefined; // of the shell, or of the lost one that may be held
  private lost = false;
  private lostAt = 0;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  constructor(
    private session: string,
    private size: Size,
    private readonly listener: LastingListener,
    private readonly around: Around,
  ) {
    this.open(session);
    window.addEventListener("online", this.hurry);
  }

  input(text: string): void {
    if (this.shell) this.shell.input(text);
    else for (const body of inputBodies(text)) this.talk?.line.write(Type.Input, body);
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
    this.session = session;
    const listener = {
      onOpened: (talk?: Talk) => this.unlessOver(() => this.opened(talk)),
      onOutput: (bytes: Uint8Array, taken: () => void) => this.unlessOver(() => onOutput(bytes, taken)),
      onExit: (exit: Exit) => this.unlessOver(() => this.exit(exit)),
      onEnd: (code: string) => this.unlessOver(() => this.end(code)),
    };
    const shell = open(session, this.size, listener, this.talk);
    if (!this.over) this.shell = shell;
  }

  private opened(talk: Talk | undefined): void {
    const same = this.talk !== undefined;
    this.tries = 0;
    this.talk = talk;
    this.listener.onOpened(this.lost && !same);
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
    if (code === "over" && this.talk) {
      this.talk = undefined;
      this.open(this.session);
      return;
    }
    if (this.tries === 0) this.lostAt = now;
    if (!again(code) || now - this.lostAt > GIVE_UP) {
      this.close();
      this.listener.onEnd(code);
      return;
    }
    this.lost = true;
    this.listener.onLost(this.talk !== undefined && now - this.lostAt < HELD);
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
