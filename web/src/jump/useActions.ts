import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { useLocation } from "wouter";
import { startSession } from "../api/calls";
import type { Channel, Client, Permission } from "../api/types";
import { useMay } from "../app/me";
import { formatNumber } from "../i18n/format";
import { showDone, showProblem } from "../ui/problems";
import { save } from "../ui/save";
import type { Column } from "./columns";
import { csv } from "./csv";
import type { ClientList } from "./list";

/** What each dialog needs of an account. */
const needs: Record<string, Permission> = { properties: "edit", remove: "remove", create: "deploy" };

/** What the page does with the list and its clients. */
export function useActions(list: ClientList) {
  const { t } = useTexts();
  const [, go] = useLocation();
  const may = useMay();
  const queries = useQueryClient();
  const [jumping, setJumping] = useState(false);
  const [exporting, setExporting] = useState(false);
  const starting = useRef(false); // a double click and Enter must not start two sessions

  const jump = async (client: Client, channel?: Channel) => {
    if (starting.current) return;
    starting.current = true;
    setJumping(true);
    try {
      const session = await startSession(client.id);
      queries.setQueryData(["session", session.id], session);
      go(`/session/${session.id}${channel ? `?channel=${channel}` : ""}`);
    } catch (thrown) {
      showProblem(thrown, client.name);
    } finally {
      starting.current = false;
      setJumping(false);
    }
  };
  const all = async () => {
    try {
      return await list.all();
    } catch (thrown) {
      showProblem(thrown);
      return undefined;
    }
  };
  const exportAll = async (columns: readonly Column[]) => {
    setExporting(true);
    const items = await all();
    setExporting(false);
    if (!items) return;
    const head = columns.map((column) => t(`field.${column.id}`));
    const rows = items.map((client) => columns.map((column) => column.text(client, t)));
    const file = new Blob([csv([head, ...rows])], { type: "text/csv;charset=utf-8" });
    save(`${t("export.file")}-${new Date().toISOString().slice(0, 10)}.csv`, file);
    showDone(t("export.done", { count: items.length, n: formatNumber(items.length) }));
  };
  const groupsChanged = () => void queries.invalidateQueries({ queryKey: ["groups"] });
  return {
    jumping,
    exporting,
    all,
    exportAll,
    jump: (client: Client, channel?: Channel) => void jump(client, channel),
    may: (dialog: string | undefined) => dialog !== undefined && may(needs[dialog] ?? "view"),
    refresh: () => {
      groupsChanged();
      void list.refresh();
    },
    changed: (clients: Client[]) => {
      for (const client of clients) list.apply({ type: "client", client });
      groupsChanged();
    },
    removed: (ids: string[]) => {
      for (const id of ids) list.apply({ type: "client_removed", id });
      groupsChanged();
    },
  };
}
