import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { isBoolean, isStrings, recall, remember } from "../app/preferences";
import { useTitle } from "../ui/useTitle";
import { chosen, usualColumns } from "./columns";
import { Content } from "./Content";
import { Footer } from "./Footer";
import { GroupPane } from "./GroupPane";
import classes from "./JumpPage.module.css";
import { Properties } from "./Properties";
import { Remove } from "./Remove";
import { type MenuPlace, RowMenu } from "./RowMenu";
import { Statistics } from "./Statistics";
import { choose, chooseAll, forget, nothing, type Selection } from "./selection";
import type { TableActions } from "./Table";
import { Toolbar } from "./Toolbar";
import { useActions } from "./useActions";
import { useJumpList, useRow } from "./useJumpList";
import { useListQuery } from "./useListQuery";

const Wizard = lazy(() => import("../deploy/Wizard"));

type Dialog = "properties" | "remove" | "create" | undefined;

/** The Jump interface: groups, the list, and what is known of the selected client (requirements E1 to E9). */
export function JumpPage() {
  useTitle();
  const [query, setQuery] = useListQuery();
  const { list, snapshot } = useJumpList(query);
  const [selection, setSelection] = useSelection(snapshot.items, snapshot.refreshing);
  const [dialog, setDialog] = useState<Dialog>();
  const [place, setPlace] = useState<MenuPlace>();
  const [shown, setShown] = usePreference("columns", isStrings, usualColumns as string[]);
  const [statistics, setStatistics] = usePreference("statistics", isBoolean, true);
  const actions = useActions(list);
  const page = useRef<HTMLDivElement>(null);

  const selected = snapshot.items.filter((client) => selection.ids.has(client.id));
  const single = useRow(snapshot.items, selected.length === 1 ? selected[0]?.id : undefined);
  const jumpSingle = () => single && actions.jump(single);
  const open = (which: Dialog) => () =>
    (which === "create" || selected.length > 0) && actions.may(which) && setDialog(which);
  const want = useCallback((end: number) => list.want(end), [list]);
  const focusList = () => page.current?.querySelector<HTMLElement>("[role=grid]")?.focus();

  const table = useStable<TableActions>({
    choose: (client, modifiers) => setSelection(choose(selection, snapshot.items, client.id, modifiers)),
    select: setSelection,
    selectAll: () => void actions.all().then((items) => items && setSelection(chooseAll(selection, items))),
    open: (client) => actions.jump(client),
    menu: (client, x, y) => {
      if (!selection.ids.has(client.id))
        setSelection(choose(selection, snapshot.items, client.id, { toggle: false, range: false }));
      setPlace({ client, x, y });
    },
    sort: (sort) => setQuery({ sort, descending: query.sort === sort && !query.descending }),
    properties: open("properties"),
    remove: open("remove"),
  });
  return (
    <div ref={page} className={classes.page} data-statistics={statistics || undefined}>
      <GroupPane query={query} onChoose={(change) => setQuery({ ...change, status: "" })} />
      <div className={classes.centre}>
        <Toolbar
          selected={selected.length}
          query={query}
          busy={{
            jump: actions.jumping,
            refresh: snapshot.refreshing && snapshot.phase === "ready",
            export: actions.exporting,
          }}
          shown={shown}
          statistics={statistics}
          onQuery={setQuery}
          onJump={jumpSingle}
          onCreate={open("create")}
          onProperties={open("properties")}
          onRemove={open("remove")}
          onRefresh={actions.refresh}
          onExport={() => void actions.exportAll(chosen(shown))}
          onColumns={setShown}
          onStatistics={() => setStatistics(!statistics)}
          onLeaveSearch={focusList}
        />
        <Content
          snapshot={snapshot}
          selection={selection}
          columns={chosen(shown)}
          actions={table}
          onWant={want}
          onQuery={setQuery}
          onRefresh={actions.refresh}
          onCreate={open("create")}
        />
      </div>
      {statistics && (
        <Statistics client={single} selected={selected.length} busy={actions.jumping} onJump={jumpSingle} />
      )}
      <Footer counts={snapshot.counts} selected={selected.length} query={query} onQuery={setQuery} />
      <RowMenu
        place={place}
        several={selected.length > 1}
        onClose={() => {
          setPlace(undefined);
          focusList();
        }}
        onJump={actions.jump}
        onProperties={open("properties")}
        onRemove={open("remove")}
      />
      {dialog === "properties" && (
        <Properties clients={selected} onClose={() => setDialog(undefined)} onChanged={actions.changed} />
      )}
      {dialog === "remove" && (
        <Remove clients={selected} onClose={() => setDialog(undefined)} onRemoved={actions.removed} />
      )}
      {dialog === "create" && (
        <Suspense>
          <Wizard group={query.group} tag={query.tag} onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

/** The selection, without rows that the list has no more. */
function useSelection(items: readonly { id: string }[], refreshing: boolean) {
  const [selection, setSelection] = useState<Selection>(nothing);
  useEffect(() => {
    if (refreshing) return;
    setSelection((now) => {
      if (now.ids.size === 0 && now.cursor === undefined) return now;
      const found = new Set<string>();
      for (const { id } of items) if (now.ids.has(id) || now.cursor === id) found.add(id);
      return forget(now, (id) => found.has(id));
    });
  }, [items, refreshing]);
  return [selection, setSelection] as const;
}

function usePreference<T>(key: string, check: (value: unknown) => value is T, usual: T) {
  const [value, setValue] = useState(() => recall(key, check) ?? usual);
  const choose = (next: T) => {
    remember(key, next);
    setValue(next);
  };
  return [value, choose] as const;
}

/** The same functions for ever, which do what the latest ones do: so rows need not be drawn again. */
function useStable<T extends object>(latest: T): T {
  const now = useRef(latest);
  useEffect(() => {
    now.current = latest;
  });
  const [stable] = useState(() => {
    const names = Object.keys(latest) as (keyof T)[];
    const call =
      (name: keyof T) =>
      (...args: unknown[]) =>
        (now.current[name] as (...args: unknown[]) => unknown)(...args);
    return Object.fromEntries(names.map((name) => [name, call(name)])) as T;
  });
  return stable;
}
