import type { Session } from "../api/types";

/** What a session can show. */
export type View = "screen" | "shell";

/** What a session offers to this representative, the usual one first. */
export function views({ channels, rights }: Pick<Session, "channels" | "rights">): View[] {
  const offered: View[] = [];
  if (channels.includes("screen") && rights.includes("view")) offered.push("screen");
  if (channels.includes("shell") && rights.includes("shell")) offered.push("shell");
  return offered;
}

/** The view to begin with: the one that was asked for, if it is offered. */
export function firstView(offered: readonly View[], asked: string | null): View | undefined {
  return offered.find((view) => view === asked) ?? offered[0];
}
