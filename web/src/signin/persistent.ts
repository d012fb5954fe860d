import { signIn } from "../api/calls";
import { pause } from "../api/live";
import { asProblem, type Problem } from "../api/problem";
import type { Me } from "../api/types";

/** What a sign-in needs from around it. */
export interface Surroundings {
  signal: AbortSignal; // calls it off
  onUnreachable: (problem: Problem) => void; // it will be tried again
  wait?: (ms: number) => Promise<void>;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const LONGEST = 3; // doublings of the pause between two tries

/**
 * Signs in, as often as it takes while the site cannot be reached: a network that
 * changes ends a request. Throws a Problem when the site says no. What was called
 * off is undefined, even if it went well.
 */
export async function persistentSignIn(
  name: string,
  password: string,
  { signal, onUnreachable, wait = sleep }: Surroundings,
): Promise<Me | undefined> {
  for (let tries = 0; ; tries++) {
    try {
      const me = await signIn(name, password);
      return signal.aborted ? undefined : me;
    } catch (thrown) {
      if (signal.aborted) return undefined;
      const problem = asProblem(thrown);
      if (problem.code !== "unreachable") throw problem;
      onUnreachable(problem);
    }
    await wait(pause(Math.min(tries, LONGEST)));
    if (signal.aborted) return undefined;
  }
}
