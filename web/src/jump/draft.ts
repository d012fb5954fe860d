import type { Client, ClientChange } from "../api/types";

/** The fields of the properties; undefined: they differ between the clients and are left alone. */
export interface Draft {
  name: string | undefined;
  group: string | undefined;
  tag: string | undefined;
  comments: string | undefined;
  type: ClientType | undefined;
}

/** Whether a client keeps a connection (requirement G1). */
export type ClientType = "active" | "passive";

/** What may be written, in characters (requirement D1, docs/PROTOCOL.md section 8). */
export const limits = { name: 128, tag: 64, comments: 1024 } as const;

/** The values that all clients share. A client that goes by its hostname has no name of its own. */
export function draftOf(clients: readonly Client[]): Draft {
  const common = <T extends string>(value: (client: Client) => T): T | undefined => {
    const values = new Set(clients.map(value));
    return values.size === 1 ? [...values][0] : undefined;
  };
  return {
    name: common((client) => (client.name === client.hostname ? "" : client.name)),
    group: common((client) => client.group.code),
    tag: common((client) => client.tag),
    comments: common((client) => client.comments),
    type: common((client): ClientType => (client.passive ? "passive" : "active")),
  };
}

/** What is to be written: the fields that were changed. */
export function changes(before: Draft, after: Draft): ClientChange {
  const change: ClientChange = {};
  for (const key of ["name", "group", "tag", "comments"] as const) {
    const value = after[key];
    if (value !== undefined && value !== before[key]) change[key] = key === "comments" ? value : value.trim();
  }
  if (after.type !== undefined && after.type !== before.type) change.passive = after.type === "passive";
  return change;
}
