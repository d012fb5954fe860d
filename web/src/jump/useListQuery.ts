import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { isBoolean, isString, isStrings, recall, remember } from "../app/preferences";
import type { Status } from "../api/types";
import { type Query, type SearchField, type Sort, searchFields, sorts } from "./query";

const statuses: readonly Status[] = ["online", "offline", "passive", "disabled", "uninstalled", "quarantined"];
const isSort = (text: unknown): text is Sort => (sorts as readonly unknown[]).includes(text);
const isField = (text: string): text is SearchField => (searchFields as readonly string[]).includes(text);

/** How the list is looked at: what is sought is part of the address, how it is ordered is remembered. */
export function useListQuery(): [Query, (change: Partial<Query>) => void] {
  const [address, setAddress] = useSearchParams();
  const [kept, setKept] = useState(() => ({
    fields: (recall("search-fields", isStrings) ?? []).filter(isField),
    sort: recall("sort", isSort) ?? ("name" as Sort),
    descending: recall("descending", isBoolean) ?? false,
  }));
  const text = address.toString();
  const query = useMemo(() => ({ ...fromAddress(new URLSearchParams(text)), ...kept }), [text, kept]);
  const change = useCallback(
    (some: Partial<Query>) => {
      const { fields, sort, descending, ...rest } = some;
      setKept((now) =>
        keep({ fields: [...(fields ?? now.fields)], sort: sort ?? now.sort, descending: descending ?? now.descending }),
      );
      if (Object.keys(rest).length > 0) setAddress((now) => toAddress(now, rest), { replace: true });
    },
    [setAddress],
  );
  return [query, change];
}

function keep<T extends { fields: SearchField[]; sort: Sort; descending: boolean }>(now: T): T {
  remember("search-fields", now.fields);
  remember("sort", now.sort);
  remember("descending", now.descending);
  return now;
}

function fromAddress(address: URLSearchParams) {
  const status = address.get("status");
  return {
    group: address.get("group") ?? "",
    tag: address.get("tag") ?? "",
    search: (address.get("q") ?? "").slice(0, 200),
    status: isString(status) && (statuses as readonly string[]).includes(status) ? (status as Status) : ("" as const),
  };
}

function toAddress(now: URLSearchParams, change: Partial<Query>): URLSearchParams {
  const next = new URLSearchParams(now);
  const names = { group: "group", tag: "tag", search: "q", status: "status" } as const;
  for (const key of Object.keys(names) as (keyof typeof names)[]) {
    const value = change[key];
    if (value === undefined) continue;
    if (value) next.set(names[key], value);
    else next.delete(names[key]);
  }
  return next;
}
