import { getSession, startSession } from "../api/calls";
import { asProblem } from "../api/problem";
import type { Session } from "../api/types";

/**
 * Returns the session if it still runs, else another one like it: the site forgets a
 * session that nobody is connected to, and all of them when it restarts.
 */
export async function revive(session: Session): Promise<Session> {
  try {
    return await getSession(session.id);
  } catch (thrown) {
    const { code } = asProblem(thrown);
    if (code !== "session_ended" && code !== "not_found") throw thrown;
  }
  return startSession(session.client_id, session.view_only);
}
