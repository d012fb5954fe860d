import type { LiveEvent } from "../api/live";
import type { Client } from "../api/types";
import { compare, matches, type Query } from "./query";

/** A list after events; `moved` is how many rows came minus how many went. */
export interface Merged {
  items: readonly Client[];
  moved: number;
}

/**
 * Applies events to the loaded beginning of a list. A client that is shown is
 * replaced where it stands, so that rows keep still under the pointer; one that
 * no longer belongs here goes; a new one is put where the order wants it, unless
 * that place is not loaded yet. Returns the same array if nothing changed.
 */
export function merge(items: readonly Client[], events: LiveEvent[], query: Query, complete: boolean): Merged {
  const latest = last(events);
  const rest = new Map(latest);
  let changed = false;
  const kept: Client[] = [];
  for (const client of items) {
    const now = rest.get(client.id);
    rest.delete(client.id);
    if (now === undefined) kept.push(client);
    else if (now && matches(now, query)) kept.push(now);
    changed ||= now !== undefined;
  }
  for (const client of rest.values()) {
    if (client && matches(client, query)) changed = insert(kept, client, query, complete) || changed;
  }
  return changed ? { items: kept, moved: kept.length - items.length } : { items, moved: 0 };
}

/** The last word on every client: its new state, or null when it was removed. */
function last(events: LiveEvent[]): Map<string, Client | null> {
  const latest = new Map<string, Client | null>();
  for (const event of events) {
    if (event.type === "client") latest.set(event.client.id, event.client);
    if (event.type === "client_removed") latest.set(event.id, null);
  }
  return latest;
}

/** Puts a client where the order wants it; false if that place is behind what is loaded. */
function insert(items: Client[], client: Client, query: Query, complete: boolean): boolean {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = items[middle];
    if (there && compare(there, client, query) < 0) low = middle + 1;
    else high = middle;
  }
  if (low === items.length && !complete) return false;
  items.splice(low, 0, client);
  return true;
}
