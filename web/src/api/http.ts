import { asProblem, Problem, parseProblem } from "./problem";

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Calls `listener` whenever the site says that nobody is signed in any more. Returns how to stop. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

/** Tells the listeners of onSignedOut. */
export function announceSignedOut(): void {
  for (const listener of signedOut) listener();
}

export type Params = Record<string, string | number | undefined>;

/** The address of a part of the API, with its parameters; empty ones are left out. */
export function address(path: string, params: Params = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const query = search.toString();
  return `/api/v1${path}${query ? `?${query}` : ""}`;
}

interface Options {
  params?: Params;
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * Asks the site. Whatever goes wrong is thrown as a Problem, but for an aborted
 * request, whose AbortError stays what it is.
 */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const answer = await ask(method, path, options);
  return (answer.status === 204 ? undefined : await json(answer)) as T;
}

/** A file that the site sent, under the name that it gave it. */
export interface Download {
  name: string;
  file: Blob;
}

/** Asks the site for a file. Fails as call does. */
export async function callFile(method: string, path: string, options: Options = {}): Promise<Download> {
  const answer = await ask(method, path, options);
  const name = fileName(answer.headers.get("Content-Disposition") ?? "");
  try {
    return { name, file: await answer.blob() };
  } catch {
    throw new Problem("unreachable", 0); // the connection ended before the file did
  }
}

/** The file name in a Content-Disposition header as this site writes it: plain, or in quotes. */
export function fileName(disposition: string): string {
  const [, quoted, plain] = /filename=(?:"([^"]*)"|([^;\s]+))/.exec(disposition) ?? [];
  return (quoted ?? plain ?? "").replace(/^.*[/\\]/, "") || "download";
}

async function ask(method: string, path: string, { params, body, signal }: Options): Promise<Response> {
  const answer = await send(address(path, params), {
    method,
    signal,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.ok) return answer;
  if (answer.status === 401 && path !== "/login") announceSignedOut();
  throw parseProblem(answer.status, await json(answer).catch(() => undefined));
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, credentials: "same-origin" });
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    throw new Problem("unreachable", 0);
  }
}

async function json(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    throw asProblem(undefined);
  }
}
