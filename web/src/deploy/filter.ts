import type { DeploymentKey } from "../api/types";

/** Which installers the page shows. */
export interface Filter {
  state: "all" | "valid" | "over";
  search: string;
}

/** The installers that a filter lets through, the newest first. */
export function filtered(keys: readonly DeploymentKey[], { state, search }: Filter): DeploymentKey[] {
  const wanted = search.trim().toLocaleLowerCase();
  const says = (key: DeploymentKey) =>
    [key.uid, key.name, key.group, key.tag, key.comments, key.created_by, key.platform].some((text) =>
      text.toLocaleLowerCase().includes(wanted),
    );
  return keys
    .filter((key) => state === "all" || (state === "valid") === (key.state === "valid"))
    .filter((key) => !wanted || says(key))
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
}
