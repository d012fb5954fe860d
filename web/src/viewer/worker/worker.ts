/**
 * The viewer's worker: it owns the connection, the decoder and the canvas, so
 * nothing that the page does delays a picture. The page only hands in input.
 */
import { connect, memory } from "../../carrier";
import { Conversation, type Surroundings } from "./conversation";
import { films } from "./films";
import { ownDecoder, photoDecoder } from "./photos";
import type { Command, Refusal, Report } from "./protocol";
import { readsBack } from "./readback";
import { Surface } from "./surface";

const scope = self as unknown as DedicatedWorkerGlobalScope;

/** For so long a worker that is to end may still say so to the other side, in ms. */
const FAREWELL = 1_000;

let conversation: Conversation | undefined;
let surface: Surface | undefined;
let url = "";
let answer: { found(): void; refused(r: Refusal): void } | undefined; // to the question where the session is

function report(r: Report): void {
  scope.postMessage(r);
}

function seek(): Promise<void> {
  report({ is: "seek" });
  return new Promise((found, refused) => {
    answer = { found, refused };
  });
}

function start(c: Extract<Command, { do: "start" }>): void {
  surface = new Surface(c.canvas);
  url = c.url;
  memory.verdict = c.verdict;
  memory.onChange = (verdict) => report({ is: "verdict", verdict });
  const faithful = readsBack();
  const around: Surroundings = {
    seek,
    connect: (first, listener) => connect(url, first, listener),
    decodePhoto: faithful ? photoDecoder() : ownDecoder(),
    board: surface,
    report,
    now: () => performance.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
  const mine = new Conversation(around, c.options);
  conversation = mine;
  const able = faithful ? films(() => mine.withoutVideo()) : Promise.resolve(undefined);
  void able.then((found) => {
    around.films = found;
    mine.open();
  });
}

async function screenshot(): Promise<void> {
  const png = await surface?.png();
  if (png) report({ is: "screenshot", png });
}

function obey(c: Command): void {
  if (c.do === "start") start(c);
  else if (c.do === "connect") conversation?.again();
  else if (c.do === "hurry") conversation?.hurry();
  else if (c.do === "found") {
    url = c.url;
    answer?.found();
  } else if (c.do === "refused") answer?.refused(c.refusal);
  else if (c.do === "send") conversation?.send(c.bytes);
  else if (c.do === "options") conversation?.setOptions(c.options);
  else if (c.do === "show") conversation?.show(c.display);
  else if (c.do === "screenshot") void screenshot();
  else {
    conversation?.close();
    setTimeout(() => scope.close(), FAREWELL);
  }
}

scope.onmessage = (e: MessageEvent<Command>) => obey(e.data);
