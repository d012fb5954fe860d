import { type Carrier, type Hearer, LOST, NORMAL, type Open, type Way } from "./carrier";

/**
 * What a page knows of WebTransport to its site: nothing yet, that it works, that
 * it did but was lost, which may be anybody's fault, or that it does not, though a
 * WebSocket does.
 */
export type Verdict = "unknown" | "works" | "doubtful" | "failed";

/** Where a page keeps its verdict. */
export interface Memory {
  verdict: Verdict;
}

/** What a race needs from around it. */
export interface Track {
  socket: Open;
  lane: Open | undefined; // undefined where the browser has no WebTransport
  memory: Memory;
  now?: () => number; // ms
  after?: (ms: number, run: () => void) => () => void; // returns what calls it off
}

/** A session that has not opened after so many ms has failed. */
export const LIMIT = 2_000;
/** So many ms after a session that should open the WebSocket begins, too. */
export const HEAD_START = 1_000;
/**
 * A WebSocket that opens first waits for the session half as long as it took itself, within these bounds, in ms,
 * and longer where a session once worked: what is slow there is more likely the site, or this computer.
 */
const GRACE = { least: 50, most: 400, known: 1_000 };
/** A session that is given up after so many ms without a byte may not work any more, */
const SILENCE = 10_000;
/** and one that is lost within so many ms may never really have worked. The second such in a row does not. */
const EARLY = 20_000;

const later = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * Opens a channel over WebTransport, if that gets through in about the time that a
 * WebSocket takes, else over that. Both begin at once while the page knows nothing,
 * so a blocked port costs no more than the grace, once. On the one that is not taken
 * nothing is said.
 */
export function race(track: Track, hearer: Hearer): Carrier {
  const { lane, socket, memory, now = () => performance.now(), after = later } = track;
  if (!lane || memory.verdict === "failed") return socket(hearer);
  return new Race({ lane, socket, memory, now, after }, hearer);
}

type Phase = "waiting" | "connecting" | "open" | "gone";

interface Runner {
  phase: Phase;
  carrier?: Carrier;
}

class Race implements Carrier {
  private readonly runners: Record<Way, Runner> = {
    WebTransport: { phase: "waiting" },
    WebSocket: { phase: "waiting" },
  };
  private winner: Carrier | undefined;
  private over = false;
  private readonly started: number;
  private readonly known: boolean;
  private won = 0;
  private heard = 0; // when the last bytes came
  private readonly timers: (() => void)[] = [];

  constructor(
    private readonly track: Required<Track> & { lane: Open },
    private readonly hearer: Hearer,
  ) {
    this.started = track.now();
    this.known = track.memory.verdict !== "unknown";
    this.start("WebTransport", track.lane);
    this.after(LIMIT, () => this.late());
    if (track.memory.verdict === "works") this.after(HEAD_START, () => this.winner || this.startSocket());
    else this.startSocket();
  }

  get way(): Way {
    return this.winner?.way ?? "WebSocket";
  }

  send(bytes: Uint8Array): void {
    this.winner?.send(bytes);
  }

  close(code?: number): void {
    if (this.over) return;
    this.over = true;
    if (this.winner?.way === "WebTransport" && this.track.now() - this.heard > SILENCE) this.doubt();
    for (const off of this.timers) off();
    for (const { carrier, phase } of Object.values(this.runners)) if (phase !== "gone") carrier?.close(code);
  }

  private startSocket(): void {
    if (this.runners.WebSocket.phase === "waiting") this.start("WebSocket", this.track.socket);
  }

  private start(way: Way, open: Open): void {
    const runner = this.runners[way];
    runner.phase = "connecting";
    runner.carrier = open({
      onOpen: () => this.opened(way),
      onData: (chunk) => this.took(chunk),
      onClose: (code, reason) => this.closed(way, code, reason),
    });
  }

  private opened(way: Way): void {
    const runner = this.runners[way];
    if (runner.phase === "gone" || this.over) return;
    runner.phase = "open";
    if (way === "WebTransport") this.works();
    if (this.winner) {
      this.dismiss(runner);
      return;
    }
    const half = Math.min(GRACE.most, Math.max(GRACE.least, (this.track.now() - this.started) / 2));
    const grace = this.known ? GRACE.known : half;
    if (way === "WebTransport" || this.runners.WebTransport.phase === "gone") this.win(way);
    else this.after(grace, () => this.win(way));
  }

  private win(way: Way): void {
    const { carrier, phase } = this.runners[way];
    if (this.winner || this.over || phase !== "open") return;
    this.winner = carrier;
    this.won = this.heard = this.track.now();
    if (way === "WebTransport") this.dismiss(this.runners.WebSocket);
    else if (this.runners.WebTransport.phase === "gone") this.fail();
    this.hearer.onOpen();
  }

  private dismiss(runner: Runner): void {
    if (runner.phase === "gone") return;
    runner.phase = "gone";
    runner.carrier?.close(NORMAL);
  }

  private took(chunk: Uint8Array): void {
    this.heard = this.track.now();
    this.hearer.onData(chunk);
  }

  private closed(way: Way, code: number, reason: string): void {
    const runner = this.runners[way];
    if (runner.phase === "gone" || this.over) return;
    runner.phase = "gone";
    if (way === "WebTransport") this.lostLane(code);
    if (this.winner && this.winner !== runner.carrier) return;
    const other = this.runners[way === "WebSocket" ? "WebTransport" : "WebSocket"];
    if (!this.winner && other.phase !== "gone") return;
    this.over = true;
    this.hearer.onClose(code, reason);
  }

  /** A session that did not open, or was lost. */
  private lostLane(code: number): void {
    if (this.winner?.way === "WebTransport") {
      if (code === LOST && this.track.now() - this.won < EARLY) this.doubt();
      return;
    }
    if (this.winner) this.fail();
    else if (this.runners.WebSocket.phase === "open") this.win("WebSocket");
    else this.startSocket(); // which tells whether it is the network that is away, or the site
  }

  private late(): void {
    const lane = this.runners.WebTransport;
    if (lane.phase !== "connecting") return;
    this.dismiss(lane);
    this.lostLane(LOST);
    if (this.runners.WebSocket.phase === "gone" && !this.winner && !this.over) {
      this.over = true;
      this.hearer.onClose(LOST, "");
    }
  }

  /** A session is open. One after a doubt has to stay so. */
  private works(): void {
    const { memory } = this.track;
    if (memory.verdict === "doubtful")
      this.after(EARLY, () => {
        memory.verdict = "works";
      });
    else memory.verdict = "works";
  }

  private doubt(): void {
    if (this.track.memory.verdict === "doubtful") this.fail();
    else this.track.memory.verdict = "doubtful";
  }

  private fail(): void {
    this.track.memory.verdict = "failed";
  }

  private after(ms: number, run: () => void): void {
    this.timers.push(this.track.after(ms, run));
  }
}
