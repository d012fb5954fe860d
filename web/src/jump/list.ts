import type { ClientParams } from "../api/calls";
import type { LiveEvent } from "../api/live";
import { asProblem, type Problem } from "../api/problem";
import type { Client, ClientPage, Counts } from "../api/types";
import { merge } from "./merge";
import { everything, params, type Query } from "./query";

/** How to ask the site for one page. */
export type Fetch = (params: ClientParams, signal: AbortSignal) => Promise<ClientPage>;

/** What the list knows at one moment. A new object for every change. */
export interface Snapshot {
  query: Query;
  items: readonly Client[]; // from the first one on, as far as they are loaded
  counts: Counts | undefined; // of the query without its status
  total: number; // rows of the whole list
  complete: boolean; // items are the whole list
  phase: "loading" | "ready" | "failed";
  refreshing: boolean;
  problem: Problem | undefined;
}

const firstPage = 200;
const laterPage = 1000;
const maxDuring = 10_000; // events kept for an answer under way
const countPause = 3000; // ms between questions for counts after events

/**
 * The list of Jump Clients that a query yields, loaded page by page as far as
 * somebody looks, and kept true by the site's events. It is not a cache of all
 * clients: a new query begins anew. Rows do not move while they are looked at,
 * unless they are asked for again.
 */
export class ClientList {
  private state: Snapshot = {
    query: everything,
    items: [],
    counts: undefined,
    total: 0,
    complete: false,
    phase: "loading",
    refreshing: false,
    problem: undefined,
  };
  private readonly listeners = new Set<() => void>();
  private next: string | undefined;
  private known: Set<string> | undefined; // the ids of items, if they are at hand
  private wanted = 0; // rows that somebody looks at, counted from the first
  private work = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private pending: LiveEvent[] = []; // to be applied
  private during: LiveEvent[] = []; // that came since the last question was asked
  private frame: ReturnType<typeof setTimeout> | undefined;
  private recount: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly fetchPage: Fetch) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Snapshot => this.state;

  /** Begins a list. Rows of the list before stay until the first page is there, so nothing flickers. */
  show(query: Query): void {
    this.wanted = 0;
    this.set({ query, phase: this.state.counts ? this.state.phase : "loading", refreshing: true });
    void this.restart(false);
  }

  /** Asks for everything again that was loaded. */
  refresh(): Promise<void> {
    this.set({ refreshing: true });
    return this.restart(true);
  }

  /** Says that rows before `end` are looked at, so they are to be loaded. */
  want(end: number): void {
    if (end <= this.wanted) return;
    this.wanted = end;
    if (!this.state.complete && !this.state.refreshing && end > this.state.items.length) {
      void this.more(() => this.wanted);
    }
  }

  /** Loads the whole list and returns it. What goes wrong is thrown as a Problem. */
  async all(): Promise<readonly Client[]> {
    await this.more(() => Number.POSITIVE_INFINITY);
    if (this.state.problem) throw this.state.problem;
    return this.state.items;
  }

  /** Takes one event of the site. Events are applied together, at most ten times a second. */
  apply(event: LiveEvent): void {
    if (event.type === "resync") void this.refresh();
    if (event.type === "counts") this.counted(event.counts);
    if (event.type !== "client" && event.type !== "client_removed") return;
    this.pending.push(event);
    this.during.push(event);
    this.frame ??= setTimeout(() => this.flush(), 100);
  }

  /** Ends everything that runs. The list may be begun again with show. */
  close(): void {
    this.work.abort();
    clearTimeout(this.frame);
    clearTimeout(this.recount);
    this.frame = undefined;
    this.recount = undefined;
    this.pending = [];
  }

  private set(change: Partial<Snapshot>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  private restart(quiet: boolean): Promise<void> {
    this.work.abort();
    this.work = new AbortController();
    const target = quiet ? Math.min(this.wanted, this.state.items.length) : 0;
    this.running = this.load(this.work.signal, [], undefined, target);
    return this.more(() => this.wanted);
  }

  /** Loads on from what is there until `target()` rows are, showing every page. */
  private more(target: () => number): Promise<void> {
    const { signal } = this.work;
    const step = async (): Promise<void> => {
      while (this.next && this.state.items.length < target() && !signal.aborted && !this.state.problem) {
        await this.load(signal, this.state.items, this.next, 0);
      }
    };
    this.running = this.running.then(step);
    return this.running;
  }

  /** Loads at least one page behind `before`, and shows the result when `target` rows are there. */
  private async load(signal: AbortSignal, before: readonly Client[], cursor: string | undefined, target: number) {
    const { query } = this.state;
    const known = (cursor && this.known) || new Set(before.map((client) => client.id));
    this.known = undefined;
    const items = [...before];
    let next = cursor;
    this.during = [];
    try {
      for (;;) {
        const limit = next ? laterPage : firstPage;
        const page = await this.fetchPage({ ...params(query), limit, cursor: next }, signal);
        if (signal.aborted) return;
        items.push(...page.items.filter((client) => !known.has(client.id)));
        for (const client of page.items) known.add(client.id);
        next = page.next;
        if (!next || items.length >= target) {
          this.arrived(items, page.counts, next);
          if (this.state.items.length === items.length) this.known = known;
          return;
        }
      }
    } catch (thrown) {
      this.failed(thrown, signal);
    }
  }

  /** Shows what was loaded, with the events that came in the meantime: an answer may be older than they are. */
  private arrived(loaded: readonly Client[], counts: Counts, next: string | undefined): void {
    const complete = !next;
    this.next = next;
    const { items } = merge(loaded, this.during, this.state.query, complete);
    this.during = [];
    this.set({
      items,
      counts,
      complete,
      total: complete ? items.length : Math.max(items.length, rows(counts, this.state.query)),
      phase: "ready",
      refreshing: false,
      problem: undefined,
    });
  }

  private failed(thrown: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    const phase = this.state.items.length > 0 ? this.state.phase : "failed";
    this.set({ problem: asProblem(thrown), phase, refreshing: false });
  }

  private flush(): void {
    this.frame = undefined;
    const events = this.pending;
    this.pending = [];
    if (!this.state.refreshing) this.during = this.during.slice(-maxDuring);
    if (this.state.phase !== "ready" || this.state.refreshing) return; // then `during` has them
    const { items, moved } = merge(this.state.items, events, this.state.query, this.state.complete);
    if (items === this.state.items) return;
    const total = this.state.complete ? items.length : Math.max(items.length, this.state.total + moved);
    this.set({ items, total });
    if (moved !== 0) this.known = undefined;
    if (moved !== 0) this.askCounts();
  }

  /** The site's counts are of all that the user may see; a narrower list asks for its own. */
  private counted(counts: Counts): void {
    const { group, tag, search } = this.state.query;
    if (group || tag || search) this.askCounts();
    else this.set({ counts });
  }

  private askCounts(): void {
    this.recount ??= setTimeout(() => {
      this.recount = undefined;
      void this.count(this.work.signal);
    }, countPause);
  }

  private async count(signal: AbortSignal): Promise<void> {
    try {
      const { counts } = await this.fetchPage({ ...params(this.state.query), limit: 1 }, signal);
      if (!signal.aborted) this.set({ counts });
    } catch {
      // The next event asks again; old counts are better than none.
    }
  }
}

/** How many rows a query yields; of some statuses the site says no number, and they fill as they load. */
function rows(counts: Counts, { status }: Query): number {
  if (status === "online" || status === "offline" || status === "passive") return counts[status];
  return status ? 0 : counts.total;
}
