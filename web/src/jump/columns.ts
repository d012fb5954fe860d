import type { CSSProperties } from "react";
import type { Client } from "../api/types";
import { formatAgo } from "../i18n/format";
import type { Say } from "../i18n/useTexts";
import type { Sort } from "./query";

/** A column of the table, and of what is exported. */
export interface Column {
  id:
    | "status"
    | "name"
    | "hostname"
    | "method"
    | "comments"
    | "group"
    | "tag"
    | "system"
    | "console_user"
    | "last_seen";
  sort: Sort | undefined; // how the site sorts by it
  width: string; // a track of the grid
  least: number; // px
  text: (client: Client, t: Say) => string;
}

/** What stands under Hostname/IP: the name that the computer has, and how it is reached. */
export function address(client: Client): string {
  return client.private_ip || client.public_ip;
}

/** The columns in their order (requirement E2). */
export const columns: readonly Column[] = [
  { id: "status", sort: "status", width: "92px", least: 92, text: (c, t) => t(`status.${c.status}`) },
  { id: "name", sort: "name", width: "minmax(146px, 1.5fr)", least: 146, text: (c) => c.name },
  {
    id: "hostname",
    sort: "private_ip",
    width: "minmax(132px, 1.4fr)",
    least: 132,
    text: (c) => [c.hostname, address(c)].filter(Boolean).join(" / "),
  },
  { id: "method", sort: undefined, width: "minmax(94px, 0.5fr)", least: 94, text: (_, t) => t("method.jump_client") },
  { id: "comments", sort: "comments", width: "minmax(100px, 1.5fr)", least: 100, text: (c) => c.comments },
  { id: "group", sort: "group", width: "minmax(84px, 0.7fr)", least: 84, text: (c) => c.group.name },
  { id: "tag", sort: "tag", width: "minmax(96px, 0.6fr)", least: 96, text: (c) => c.tag },
  { id: "system", sort: "system", width: "minmax(110px, 0.9fr)", least: 110, text: (c) => c.system_name },
  { id: "console_user", sort: "console_user", width: "minmax(90px, 0.7fr)", least: 90, text: (c) => c.console_user },
  {
    id: "last_seen",
    sort: "last_seen",
    width: "minmax(90px, 0.6fr)",
    least: 90,
    text: (c, t) => (c.status === "online" ? t("time.now") : c.last_seen_at ? formatAgo(c.last_seen_at) : ""),
  },
];

/** What is shown until the user chooses otherwise. */
export const usualColumns: readonly Column["id"][] = [
  "status",
  "name",
  "hostname",
  "method",
  "comments",
  "group",
  "tag",
];

/** The chosen columns in their order; the name is always there. */
export function chosen(ids: readonly string[]): Column[] {
  return columns.filter((column) => column.id === "name" || ids.includes(column.id));
}

/** The grid that the columns make, as a style. */
export function template(shown: readonly Column[]): CSSProperties {
  const least = shown.reduce((sum, column) => sum + column.least, 0);
  return { "--columns": shown.map((column) => column.width).join(" "), minWidth: least + 24 } as CSSProperties;
}
