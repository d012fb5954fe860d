import type { Group } from "../api/types";

/** The two parts of the left pane. */
export interface Arranged {
  mine: Group[]; // the own personal group, General, then the other shared ones by name
  others: Group[]; // the personal groups of other users
}

/** Arranges the groups that somebody may see (requirement E1). */
export function arrange(groups: readonly Group[], me: string): Arranged {
  const rank = (group: Group) => (group.owner === me ? 0 : group.code === "general" ? 1 : 2);
  const mine = groups.filter((group) => group.kind === "shared" || group.owner === me);
  const others = groups.filter((group) => group.kind === "personal" && group.owner !== me);
  mine.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  others.sort((a, b) => (a.owner ?? "").localeCompare(b.owner ?? ""));
  return { mine, others };
}

/** A choice of a field that asks for a group. */
export interface Choice {
  value: string;
  label: string;
}

/** The groups as choices: the own personal one first, under the word for it. */
export function groupChoices(
  groups: readonly Pick<Group, "code" | "name" | "kind" | "owner">[],
  me: string,
  personal: string,
): Choice[] {
  const { mine, others } = arrange(groups as readonly Group[], me);
  const label = (group: Group) => (group.owner === me ? personal : (group.owner ?? group.name));
  const choices = [...mine, ...others].map((group) => ({ value: group.code, label: label(group) }));
  return choices.filter(({ value }, at) => choices.findIndex((other) => other.value === value) === at);
}

/** The tags in use within a group, or within all. */
export function tagsOf(groups: readonly Group[], code: string | undefined): string[] {
  const some = code ? groups.filter((group) => group.code === code) : groups;
  return [...new Set(some.flatMap((group) => group.tags))].sort((a, b) => a.localeCompare(b));
}
