import "@xterm/xterm/css/xterm.css";
import { Button, useComputedColorScheme } from "@mantine/core";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Xterm } from "@xterm/xterm";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import type { Exit } from "../wire";
import { openShell, type Shell } from "./shell";
import classes from "./Terminal.module.css";
import { palette } from "./palette";

interface Props {
  session: string;
  clientName: string;
  onEnd: (code: string) => void;
}

/** A terminal on the client's computer. */
export default function Terminal({ session, clientName, onEnd }: Props) {
  const { t } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const terminal = useRef<Xterm>(undefined);
  const [exit, setExit] = useState<Exit>();
  const [open, setOpen] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const scheme = useComputedColorScheme();
  const latest = useRef({ scheme, onEnd });
  latest.current = { scheme, onEnd };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is a new terminal
  useEffect(() => {
    if (!place.current) return;
    const xterm = new Xterm({
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--j-mono"),
      fontSize: 13.5,
      lineHeight: 1.2,
      cursorBlink: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      scrollback: 10_000,
      theme: palette(latest.current.scheme),
    });
    terminal.current = xterm;
    const stop = run(xterm, place.current, session, {
      onOpened: () => setOpen(true),
      onExit: setExit,
      onEnd: (code) => latest.current.onEnd(code),
    });
    return () => {
      stop();
      xterm.dispose();
    };
  }, [session, attempt]);

  useEffect(() => {
    if (terminal.current) terminal.current.options.theme = palette(scheme);
  }, [scheme]);

  const again = () => {
    setExit(undefined);
    setOpen(false);
    setAttempt(attempt + 1);
  };
  return (
    <section
      className={classes.terminal}
      aria-label={t("session.terminal", { name: clientName })}
      data-testid="terminal"
      data-open={open || undefined}
    >
      <div ref={place} className={classes.place} />
      {!open && !exit && (
        <p className={classes.opening} role="status">
          {t("session.opening")}
        </p>
      )}
      {exit && (
        <div className={classes.exit} role="status">
          <span>
            {exit.text ||
              (exit.status === 0 ? t("session.exited") : t("session.exitedStatus", { status: exit.status }))}
          </span>
          <Button size="compact-sm" onClick={again} autoFocus>
            {t("session.newShell")}
          </Button>
        </div>
      )}
    </section>
  );
}

interface Listener {
  onOpened: () => void;
  onExit: (exit: Exit) => void;
  onEnd: (code: string) => void;
}

/** Joins a terminal and a shell, and keeps both of one size. Returns how to part them. */
function run(xterm: Xterm, place: HTMLElement, session: string, listener: Listener): () => void {
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  xterm.open(place);
  fit.fit();
  let exited = false;
  let stopped = false;
  const shell: Shell = openShell(
    session,
    { columns: xterm.cols, rows: xterm.rows },
    {
      onOpened: () => {
        if (stopped) return;
        listener.onOpened();
        shell.resize({ columns: xterm.cols, rows: xterm.rows });
        xterm.focus();
      },
      onOutput: (bytes) => xterm.write(bytes),
      onExit: (exit) => {
        exited = true;
        if (!stopped) listener.onExit(exit);
      },
      onEnd: (code) => {
        if (!exited && !stopped) listener.onEnd(code);
      },
    },
  );
  xterm.onData((text) => shell.input(text));
  xterm.onResize(({ cols, rows }) => shell.resize({ columns: cols, rows }));
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(place);
  return () => {
    stopped = true;
    observer.disconnect();
    shell.close();
  };
}
