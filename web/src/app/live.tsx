import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { Live, type LiveEvent, type LiveState } from "../api/live";

type Listener = (event: LiveEvent) => void;

interface Context {
  state: LiveState;
  listen: (listener: Listener) => () => void;
}

const LiveContext = createContext<Context>({ state: "connecting", listen: () => () => {} });

/** Holds the one connection for the site's events while somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<LiveState>("connecting");
  const listeners = useRef(new Set<Listener>());
  useEffect(() => {
    const live = new Live((event) => {
      for (const listener of listeners.current) listener(event);
    }, setState);
    return () => live.close();
  }, []);
  const context = useMemo(
    () => ({
      state,
      listen: (listener: Listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state],
  );
  return <LiveContext.Provider value={context}>{children}</LiveContext.Provider>;
}

/** Whether the site's events arrive. */
export function useLiveState(): LiveState {
  return useContext(LiveContext).state;
}

/** Calls `listener` with every event of the site while the component is shown. */
export function useLive(listener: Listener): void {
  const { listen } = useContext(LiveContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => listen((event) => latest.current(event)), [listen]);
}
