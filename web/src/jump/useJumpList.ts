import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { getClients } from "../api/calls";
import { useLive } from "../app/live";
import { ClientList } from "./list";
import type { Query } from "./query";

const groupsPause = 2000; // ms between questions for the groups after events

/** The list for a query, kept true by the site's events. */
export function useJumpList(query: Query) {
  const [list] = useState(() => new ClientList(getClients));
  const snapshot = useSyncExternalStore(list.subscribe, list.snapshot);
  useEffect(() => () => list.close(), [list]);
  useEffect(() => list.show(query), [list, query]);
  useLive((event) => list.apply(event));
  useGroupsRefresh();
  return { list, snapshot };
}

/** Asks for the groups again, with their tags and numbers, after the list has changed. */
function useGroupsRefresh() {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive((event) => {
    if (event.type !== "counts" && event.type !== "resync") return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: ["groups"] });
    }, groupsPause);
  });
}

/** Row by id among what is loaded. */
export function useRow<T extends { id: string }>(items: readonly T[], id: string | undefined): T | undefined {
  return useMemo(() => (id === undefined ? undefined : items.find((item) => item.id === id)), [items, id]);
}
