import { Button, SegmentedControl, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconDeviceDesktop, IconTerminal2, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { Link } from "wouter";
import type { Session } from "../api/types";
import { useLiveState } from "../app/live";
import { LivePill } from "../app/LivePill";
import { formatClock } from "../i18n/format";
import classes from "./SessionBar.module.css";
import type { View } from "./views";

interface Props {
  session: Session;
  offered: readonly View[];
  view: View | undefined;
  ended: boolean;
  onView: (view: View) => void;
  onLeave: () => void;
}

/** The bar of a session: whose computer it is, what is shown of it, and the end. */
export function SessionBar({ session, offered, view, ended, onView, onLeave }: Props) {
  const { t } = useTexts();
  const lost = useLiveState() === "lost";
  const viewOnly = view === "screen" && !session.rights.includes("control");
  return (
    <header className={classes.bar} role="toolbar" aria-label={t("session.toolbar")}>
      <Tooltip label={t("session.back")}>
        <Link href="/" className={classes.back} aria-label={t("session.back")}>
          <IconArrowLeft size={17} stroke={1.8} />
        </Link>
      </Tooltip>
      <h1 className={classes.name} title={session.client_name}>
        <bdi>{session.client_name}</bdi>
      </h1>
      {viewOnly && <span className={classes.badge}>{t("session.viewOnly")}</span>}
      {!ended && <Clock since={session.started_at} />}
      <span className={classes.space}>{lost && <LivePill />}</span>
      {offered.length > 1 && view && (
        <SegmentedControl
          size="xs"
          aria-label={t("session.channel")}
          value={view}
          onChange={(next) => onView(next as View)}
          data={offered.map((one) => ({ value: one, label: <Label view={one} text={t(`session.${one}`)} /> }))}
        />
      )}
      <Button
        size="compact-sm"
        variant="default"
        className={classes.end}
        leftSection={<IconX size={15} />}
        aria-label={t("session.end")}
        onClick={onLeave}
      >
        <span className={classes.words}>{t("session.end")}</span>
      </Button>
    </header>
  );
}

function Label({ view, text }: { view: View; text: string }) {
  const Icon = view === "screen" ? IconDeviceDesktop : IconTerminal2;
  return (
    <span className={classes.label}>
      <Icon size={14} stroke={1.8} role="img" aria-label={text} />
      <span className={classes.words} aria-hidden="true">
        {text}
      </span>
    </span>
  );
}

function Clock({ since }: { since: string }) {
  const { t } = useTexts();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className={`${classes.clock} j-number`} title={t("session.elapsed")}>
      {formatClock((now - Date.parse(since)) / 1000)}
    </span>
  );
}
