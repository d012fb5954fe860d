/** Rules for a conversation that went silent or was lost. Times are in ms. */

/** After so long without a byte a connection is called broken. */
export const SILENT = 6_000;

/** After so long it is given up, and another is tried. */
export const STALLED = 14_000;

/** For so long after a loss another connection is tried without being asked. */
export const GIVE_UP = 120_000;

/** Ends that a new connection may mend: a lost line or agent, a restart, a display that is being reopened. */
const passing: ReadonlySet<string> = new Set(["lost", "M8", "M13", "M14", "M15", "restarting", "screen_lost"]);

/** Reports whether to try again after an end with this code. */
export function again(code: string): boolean {
  return passing.has(code);
}

/** Returns how long to wait before a further try, counted from 0: half a second, doubling to 8 s, with jitter. */
export function delay(tries: number, random = Math.random): number {
  return Math.min(500 * 2 ** tries, 8_000) * (0.75 + random() / 2);
}
