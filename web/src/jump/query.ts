import type { ClientParams } from "../api/calls";
import type { Client, Status } from "../api/types";

/** The fields that a search looks into (requirement E5), as the API spells them. */
export const searchFields = [
  "name",
  "comments",
  "console_user",
  "domain",
  "group",
  "method",
  "last_accessed",
  "private_ip",
  "public_ip",
  "status",
  "tag",
  "workgroup",
] as const;
export type SearchField = (typeof searchFields)[number];

/** The orders that the table offers, as the API spells them. */
export const sorts = [
  "status",
  "name",
  "private_ip",
  "comments",
  "group",
  "tag",
  "system",
  "console_user",
  "last_seen",
] as const;
export type Sort = (typeof sorts)[number];

/** What the list shows, and in which order. An empty string means any. */
export interface Query {
  group: string;
  tag: string;
  status: Status | "";
  search: string;
  fields: readonly SearchField[]; // all of them when empty
  sort: Sort;
  descending: boolean;
}

export const everything: Query = {
  group: "",
  tag: "",
  status: "",
  search: "",
  fields: [],
  sort: "name",
  descending: false,
};

/** The query as the API wants it. */
export function params(query: Query): ClientParams {
  const some = query.search !== "" && query.fields.length > 0 && query.fields.length < searchFields.length;
  return {
    group: query.group,
    tag: query.tag,
    status: query.status,
    search: query.search,
    fields: some ? query.fields.join(",") : undefined,
    sort: query.sort,
    order: query.descending ? "desc" : "asc",
  };
}

const fold = (text: string) => text.toLowerCase();

function searchText(client: Client, field: SearchField): string {
  switch (field) {
    case "name":
      return `${client.name}\n${client.hostname}`;
    case "group":
      return client.group.name;
    case "method":
      return "jump client";
    case "last_accessed":
      return (client.last_accessed_at ?? "").slice(0, 16).replace("T", " ");
    default:
      return client[field];
  }
}

/** Whether a client belongs into the list, by the same rules as the site's. */
export function matches(client: Client, query: Query): boolean {
  if (query.group && client.group.code !== query.group) return false;
  if (query.tag && client.tag !== query.tag) return false;
  if (query.status && client.status !== query.status) return false;
  const needle = fold(query.search);
  const fields = query.fields.length > 0 ? query.fields : searchFields;
  return needle === "" || fields.some((field) => fold(searchText(client, field)).includes(needle));
}

const statusOrder: Status[] = ["quarantined", "online", "passive", "disabled", "offline", "uninstalled"];

function sortValue(client: Client, sort: Sort): string | number {
  switch (sort) {
    case "status":
      return statusOrder.indexOf(client.status);
    case "group":
      return fold(client.group.name);
    case "system":
      return fold(client.system_name);
    case "last_seen":
      return client.status === "online" ? Number.MAX_SAFE_INTEGER : Date.parse(client.last_seen_at ?? "") || 0;
    default:
      return fold(client[sort]);
  }
}

const order = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

/** Compares two clients as the site sorts them: by the query's order, then by name, then by id. */
export function compare(a: Client, b: Client, query: Query): number {
  const by =
    order(sortValue(a, query.sort), sortValue(b, query.sort)) || order(fold(a.name), fold(b.name)) || order(a.id, b.id);
  return query.descending ? -by : by;
}
