import "@xterm/xterm/css/xterm.css";
import { Button, Loader, useComputedColorScheme } from "@mantine/core";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Xterm } from "@xterm/xterm";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import type { Exit } from "../wire";
import { LastingShell } from "./lasting";
import classes from "./Terminal.module.css";
import { palette } from "./palette";

interface Props {
  session: string;
  clientName: string;
  seek: () => Promise<string>; // the session to go on in after a loss
  onEnd: (code: string) => void;
}

/** A terminal on the client's computer. */
export default function Terminal({ session, clientName, seek, onEnd }: Props) {
  const { t } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const terminal = useRef<Xterm>(undefined);
  const [exit, setExit] = useState<Exit>();
  const [open, setOpen] = useState(false);
  const [lost, setLost] = useState<"held" | "gone">();
  const shell = useRef<LastingShell>(undefined);
  const [attempt, setAttempt] = useState(0);
  const scheme = useComputedColorScheme();
  const latest = useRef({ session, scheme, seek, onEnd, t });
  latest.current = { session, scheme, seek, onEnd, t };

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
    const note = (text: string) => xterm.write(`${SOBER}\r\n\x1b[7m ${text} \x1b[0m\r\n`);
    const fit = fitted(xterm, place.current);
    const size = () => ({ columns: xterm.cols, rows: xterm.rows });
    const lasting = new LastingShell(
      latest.current.session,
      size(),
      {
        onOpened: (fresh) => {
          setOpen(true);
          setLost(undefined);
          if (fresh) note(latest.current.t("session.freshShell"));
          xterm.focus();
        },
        onOutput: (bytes, taken) => xterm.write(bytes, taken),
        onExit: setExit,
        onLost: (held) => setLost(held ? "held" : "gone"),
        onEnd: (code) => latest.current.onEnd(code),
      },
      { seek: () => latest.current.seek() },
    );
    shell.current = lasting;
    xterm.onData((text) => lasting.input(text));
    xterm.onResize(() => lasting.resize(size()));
    return () => {
      fit.disconnect();
      lasting.close();
      xterm.dispose();
    };
  }, [attempt]);

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
      {lost && (
        <div className={classes.exit} role="alert">
          <Loader size={16} />
          <span>
            <b>{t("session.lostTitle")}</b> {t(lost === "held" ? "session.heldShell" : "session.lostShell")}
          </span>
          <Button size="compact-sm" variant="default" onClick={() => shell.current?.hurry()}>
            {t("session.tryNow")}
          </Button>
        </div>
      )}
      {!open && !exit && !lost && (
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

/** Takes a terminal out of whatever the lost program had put it into: another screen, colours, mouse reports. */
const SOBER = "\x1b[?1049l\x1b[!p\x1b[0m\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h";

/** Puts a terminal in its place, and keeps it as large as that. */
function fitted(xterm: Xterm, place: HTMLElement): ResizeObserver {
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  xterm.open(place);
  fit.fit();
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(place);
  return observer;
}
