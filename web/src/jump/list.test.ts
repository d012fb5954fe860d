import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientParams } from "../api/calls";
import { Problem } from "../api/problem";
import type { Client, ClientPage } from "../api/types";
import { client } from "../test/client";
import { ClientList } from "./list";
import { everything } from "./query";

/** A small site: pages of a list, by place. */
class Site {
  clients: Client[] = [];
  asked: ClientParams[] = [];
  fails = false;

  readonly fetch = async (params: ClientParams): Promise<ClientPage> => {
    this.asked.push(params);
    await Promise.resolve();
    if (this.fails) throw new Problem("unreachable", 0);
    const from = Number(params.cursor ?? 0);
    const end = from + (params.limit ?? 200);
    const online = this.clients.filter(({ status }) => status === "online").length;
    return {
      items: this.clients.slice(from, end),
      next: end < this.clients.length ? String(end) : undefined,
      counts: { total: this.clients.length, online, offline: this.clients.length - online, passive: 0 },
    };
  };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => client(String(n).padStart(6, "0")));

describe("ClientList", () => {
  let site: Site;
  let list: ClientList;
  const settle = () => vi.advanceTimersByTimeAsync(200);

  beforeEach(() => {
    vi.useFakeTimers();
    site = new Site();
    list = new ClientList(site.fetch);
  });
  afterEach(() => {
    list.close();
    vi.useRealTimers();
  });

  it("loads the first page, and knows how long the list is", async () => {
    site.clients = many(5000);
    expect(list.snapshot().phase).toBe("loading");
    list.show(everything);
    await settle();
    expect(list.snapshot()).toMatchObject({ phase: "ready", total: 5000, complete: false });
    expect(list.snapshot().items).toHaveLength(200);
    expect(site.asked).toHaveLength(1);
  });

  it("loads as far as somebody looks, and no further", async () => {
    site.clients = many(5000);
    list.show(everything);
    await settle();
    list.want(1500);
    await settle();
    expect(list.snapshot().items.length).toBe(2200);
    list.want(2000);
    await settle();
    expect(site.asked).toHaveLength(3);
  });

  it("loads 100,000 when they are all asked for", async () => {
    site.clients = many(100_000);
    list.show(everything);
    await settle();
    const all = list.all();
    await settle();
    expect(await all).toHaveLength(100_000);
    expect(list.snapshot().complete).toBe(true);
  });

  it("applies events, several at once", async () => {
    site.clients = many(3);
    list.show(everything);
    await settle();
    const heard = vi.fn();
    list.subscribe(heard);
    list.apply({ type: "client", client: client("000001", { status: "offline" }) });
    list.apply({ type: "client_removed", id: "000002" });
    list.apply({ type: "client", client: client("000009") });
    await settle();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(list.snapshot().items.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "000000 online",
      "000001 offline",
      "000009 online",
    ]);
    expect(list.snapshot().total).toBe(3);
  });

  it("does not lose an event that comes while the answer is under way", async () => {
    site.clients = many(2);
    list.show(everything);
    list.apply({ type: "client", client: client("000001", { status: "offline" }) });
    await settle();
    expect(list.snapshot().items[1]?.status).toBe("offline");
  });

  it("asks again after a resync, as far as was looked at, and keeps the rows meanwhile", async () => {
    site.clients = many(5000);
    list.show(everything);
    await settle();
    list.want(1200);
    await settle();
    const sizes = new Set<number>();
    list.subscribe(() => sizes.add(list.snapshot().items.length));
    list.apply({ type: "resync" });
    await settle();
    expect([...sizes]).toEqual([1200]);
  });

  it("takes the site's counts for the whole list, and asks for those of a part", async () => {
    site.clients = many(3);
    list.show(everything);
    await settle();
    list.apply({ type: "counts", counts: { total: 9, online: 1, offline: 8, passive: 0 } });
    expect(list.snapshot().counts?.total).toBe(9);
    list.show({ ...everything, group: "general" });
    await settle();
    list.apply({ type: "counts", counts: { total: 9, online: 1, offline: 8, passive: 0 } });
    await vi.advanceTimersByTimeAsync(4000);
    expect(list.snapshot().counts?.total).toBe(3);
    expect(site.asked.at(-1)).toMatchObject({ limit: 1, group: "general" });
  });

  it("says that nothing could be loaded, and recovers", async () => {
    site.fails = true;
    list.show(everything);
    await settle();
    expect(list.snapshot()).toMatchObject({ phase: "failed", problem: { code: "unreachable" } });
    site.fails = false;
    site.clients = many(1);
    void list.refresh();
    await settle();
    expect(list.snapshot()).toMatchObject({ phase: "ready", problem: undefined, total: 1 });
  });

  it("keeps old rows when asking again fails", async () => {
    site.clients = many(3);
    list.show(everything);
    await settle();
    site.fails = true;
    void list.refresh();
    await settle();
    expect(list.snapshot()).toMatchObject({ phase: "ready", problem: { code: "unreachable" } });
    expect(list.snapshot().items).toHaveLength(3);
  });

  it("shows the last of two queries, however the answers come", async () => {
    site.clients = many(3);
    list.show({ ...everything, search: "slow" });
    list.show({ ...everything, search: "quick" });
    await settle();
    expect(list.snapshot().query.search).toBe("quick");
    expect(list.snapshot().phase).toBe("ready");
  });
});
