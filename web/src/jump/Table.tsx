import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, type MouseEvent, useEffect, useRef } from "react";
import { useTexts } from "../i18n/useTexts";
import type { Client } from "../api/types";
import { type Column, template } from "./columns";
import { Heads } from "./Heads";
import type { Snapshot } from "./list";
import { Cell } from "./Row";
import { move, type Modifiers, type Selection } from "./selection";
import classes from "./Table.module.css";
import type { Sort } from "./query";

const rowHeight = 34; // px, as --j-row

/** What the table asks of the page. */
export interface TableActions {
  choose: (client: Client, modifiers: Modifiers) => void;
  select: (selection: Selection) => void;
  selectAll: () => void;
  open: (client: Client) => void;
  menu: (client: Client, x: number, y: number) => void;
  sort: (sort: Sort) => void;
  properties: () => void;
  remove: () => void;
}

interface Props {
  snapshot: Snapshot;
  selection: Selection;
  columns: readonly Column[];
  onWant: (end: number) => void;
  actions: TableActions;
}

/** The Jump Items: only the rows in sight exist, so that 100,000 are as quick as ten. */
export function Table({ snapshot, selection, columns, onWant, actions }: Props) {
  const { t } = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: snapshot.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const visible = rows.getVirtualItems();
  const end = (visible.at(-1)?.index ?? 0) + 1;
  useEffect(() => onWant(end + 50), [end, onWant]);
  useEffect(() => {
    if (snapshot.query) scroller.current?.scrollTo({ top: 0 });
  }, [snapshot.query]);

  const cursor = snapshot.items.findIndex((client) => client.id === selection.cursor);
  const show = (next: Selection) => {
    actions.select(next);
    const index = snapshot.items.findIndex((client) => client.id === next.cursor);
    if (index >= 0) rows.scrollToIndex(index);
  };
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2);
  const onKey = (event: KeyboardEvent) => {
    const target = { items: snapshot.items, selection, page, show, actions, current: snapshot.items[cursor] };
    if (press(event, target)) event.preventDefault();
  };
  return (
    <div ref={scroller} className={`${classes.scroller} j-scroll`} data-busy={snapshot.refreshing || undefined}>
      <div
        role="grid"
        className={classes.grid}
        tabIndex={0}
        aria-label={t("table.label")}
        aria-rowcount={snapshot.total + 1}
        aria-multiselectable="true"
        aria-activedescendant={cursor >= 0 ? `row-${cursor}` : undefined}
        style={template(columns)}
        onKeyDown={onKey}
      >
        <Heads columns={columns} query={snapshot.query} onSort={actions.sort} />
        <div className={classes.body} role="rowgroup" style={{ height: rows.getTotalSize() }}>
          {visible.map(({ index, start }) => (
            <Row
              key={index}
              index={index}
              top={start}
              client={snapshot.items[index]}
              selected={selection.ids.has(snapshot.items[index]?.id ?? "")}
              current={index === cursor}
              columns={columns}
              actions={actions}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  index: number;
  top: number;
  client: Client | undefined; // not loaded yet
  selected: boolean;
  current: boolean;
  columns: readonly Column[];
  actions: TableActions;
}

const Row = memo(function Row({ index, top, client, selected, current, columns, actions }: RowProps) {
  const choose = (event: MouseEvent) =>
    client && actions.choose(client, { toggle: event.ctrlKey || event.metaKey, range: event.shiftKey });
  const menu = (event: MouseEvent) => {
    event.preventDefault();
    if (client) actions.menu(client, event.clientX, event.clientY);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      id={`row-${index}`}
      role="row"
      className={classes.row}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-current={current || undefined}
      data-status={client?.status}
      style={{ transform: `translateY(${top}px)` }}
      onClick={choose}
      onDoubleClick={() => client && actions.open(client)}
      onContextMenu={menu}
    >
      {columns.map((column) => (
        <Cell key={column.id} column={column} client={client} />
      ))}
    </div>
  );
});

interface Target {
  items: readonly Client[];
  selection: Selection;
  page: number; // rows
  current: Client | undefined;
  show: (next: Selection) => void;
  actions: TableActions;
}

/** Does what a key stands for; false if it stands for nothing here. */
function press(event: KeyboardEvent, { items, selection, page, current, show, actions }: Target): boolean {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -items.length,
    End: items.length,
  };
  const by = steps[event.key];
  if (by !== undefined) {
    show(move(selection, items, by, event.shiftKey));
    return true;
  }
  if (event.key === "a" && (event.ctrlKey || event.metaKey)) actions.selectAll();
  else if (event.target !== event.currentTarget) return false;
  else if (event.key === "Enter" && current) actions.open(current);
  else if (event.key === " " && current) actions.choose(current, { toggle: true, range: false });
  else if (event.key === "F2") actions.properties();
  else if (event.key === "Delete") actions.remove();
  else if (event.key === "Escape") actions.select({ ids: new Set(), cursor: undefined, anchor: undefined });
  else if ((event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) && current)
    menuAt(current, actions);
  else return false;
  return true;
}

function menuAt(client: Client, actions: TableActions): void {
  const box = document.querySelector("[data-current]")?.getBoundingClientRect();
  actions.menu(client, (box?.left ?? 100) + 40, (box?.top ?? 100) + rowHeight - 4);
}
