import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asProblem } from "../api/problem";
import { Failure } from "../ui/Failure";
import classes from "./Settings.module.css";

interface Props<T> {
  title: string;
  lead: string;
  query: UseQueryResult<T>;
  children: (settings: T) => ReactNode;
}

/** A part of the settings, as soon as the site has told what is set. */
export function Section<T>({ title, lead, query, children }: Props<T>) {
  return (
    <section className={classes.section} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p>{lead}</p>
      </header>
      {query.data !== undefined && children(query.data)}
      {query.error && query.data === undefined && (
        <Failure problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      )}
    </section>
  );
}
