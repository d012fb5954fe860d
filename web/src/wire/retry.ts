/** When a channel that was lost is tried again without being asked. Times are in ms. */

/** For so long after a loss: a restart of the computer, or of the site, is over by then. */
export const GIVE_UP = 30 * 60_000;

/** Ends that time may mend: a lost line or agent, a restart, a display that is being reopened. */
const passing: ReadonlySet<string> = new Set([
  "lost",
  "unreachable",
  "unexpected", // something that answers in place of the site, while that is down
  "internal",
  "M8",
  "M11",
  "M12",
  "M13",
  "M14",
  "M15",
  "restarting",
  "screen_lost",
]);

/** Reports whether to try again after an end with this code. */
export function again(code: string): boolean {
  return passing.has(code);
}

/** Returns how long to wait before a further try, counted from 0: half a second, doubling to 8 s, with jitter. */
export function delay(tries: number, random = Math.random): number {
  return Math.min(500 * 2 ** Math.min(tries, 8), 8_000) * (0.75 + random() / 2);
}
