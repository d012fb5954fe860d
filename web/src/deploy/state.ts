import type { DeploymentKey } from "../api/types";

/** Whether an installer still works, and if not, why. */
export type State = "usable" | "revoked" | "expired" | "usedUp";

export function stateOf(key: DeploymentKey, now = Date.now()): State {
  if (key.revoked_at) return "revoked";
  if (Date.parse(key.expires_at) <= now) return "expired";
  return key.max_uses > 0 && key.uses >= key.max_uses ? "usedUp" : "usable";
}

/** Which installers the page shows. */
export interface Filter {
  state: "all" | "usable" | "over";
  search: string;
}

/** The installers that a filter lets through, the newest first. */
export function filtered(keys: readonly DeploymentKey[], { state, search }: Filter, now = Date.now()): DeploymentKey[] {
  const wanted = search.trim().toLocaleLowerCase();
  const says = (key: DeploymentKey) =>
    [key.uid, key.name, key.group, key.tag, key.comments, key.created_by, key.platform].some((text) =>
      text.toLocaleLowerCase().includes(wanted),
    );
  return keys
    .filter((key) => state === "all" || (state === "usable") === (stateOf(key, now) === "usable"))
    .filter((key) => !wanted || says(key))
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
}
