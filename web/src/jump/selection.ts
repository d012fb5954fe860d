/** Which rows are chosen. Rows are known by id, so that a changing list changes nobody's choice. */
export interface Selection {
  ids: ReadonlySet<string>;
  cursor: string | undefined; // the row that the keyboard is on
  anchor: string | undefined; // where a range begins
}

export const nothing: Selection = { ids: new Set(), cursor: undefined, anchor: undefined };

/** How a click or key was meant: alone, adding one, or extending a range. */
export interface Modifiers {
  toggle: boolean;
  range: boolean;
}

/** The ids in the order in which they are shown. */
export type Order = readonly { id: string }[];

const only = (id: string): Selection => ({ ids: new Set([id]), cursor: id, anchor: id });

function range(order: Order, from: number, to: number): Set<string> {
  const [start, end] = from < to ? [from, to] : [to, from];
  return new Set(order.slice(start, end + 1).map((row) => row.id));
}

const place = (order: Order, id: string | undefined) =>
  id === undefined ? -1 : order.findIndex((row) => row.id === id);

/** Chooses a row, as lists do everywhere. */
export function choose(now: Selection, order: Order, id: string, { toggle, range: extend }: Modifiers): Selection {
  if (extend) {
    const from = place(order, now.anchor ?? now.cursor);
    const to = place(order, id);
    if (from < 0 || to < 0) return only(id);
    return { ids: range(order, from, to), cursor: id, anchor: order[from]?.id };
  }
  if (!toggle) return only(id);
  const ids = new Set(now.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, cursor: id, anchor: id };
}

/** Moves by a number of rows, stopping at the ends; with `extend` the range grows or shrinks. */
export function move(now: Selection, order: Order, by: number, extend: boolean): Selection {
  if (order.length === 0) return nothing;
  const from = place(order, now.cursor);
  const to = from < 0 ? (by < 0 ? order.length - 1 : 0) : Math.min(order.length - 1, Math.max(0, from + by));
  const id = order[to]?.id;
  return id === undefined ? nothing : choose(now, order, id, { toggle: false, range: extend });
}

/** Chooses every row. */
export function chooseAll(now: Selection, order: Order): Selection {
  return { ids: new Set(order.map((row) => row.id)), cursor: now.cursor ?? order[0]?.id, anchor: now.anchor };
}

/** Forgets rows that the list no longer has; the same object if there are none. */
export function forget(now: Selection, has: (id: string) => boolean): Selection {
  const ids = [...now.ids].filter(has);
  const cursor = now.cursor !== undefined && has(now.cursor) ? now.cursor : undefined;
  if (ids.length === now.ids.size && cursor === now.cursor) return now;
  return { ids: new Set(ids), cursor, anchor: cursor };
}
