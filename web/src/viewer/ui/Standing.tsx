import { Button, Loader } from "@mantine/core";
import { IconDeviceDesktopOff, IconPlugConnectedX, IconWifiOff, type TablerIcon } from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Snapshot } from "../link";
import type { State } from "../worker/protocol";
import classes from "./Standing.module.css";

/** What a Standing needs beside the state. */
export interface StandingProps {
  snapshot: Snapshot;
  clientName: string;
  explain?: (code: string) => string | undefined;
  onReconnect(): void;
  onClose?: (code: string) => void;
}

/** Says where the conversation stands whenever that is not simply "live". */
export function Standing(props: StandingProps) {
  const { t } = useTranslation("viewer");
  const { snapshot, clientName, explain, onReconnect } = props;
  const { state, everLive, displays } = snapshot;
  if (state.name === "ended") return <Ended {...props} state={state} />;
  if (state.name === "silent")
    return <Banner title={t("silent")} text={t("silentHint")} action={t("reconnect")} onAction={onReconnect} />;
  if (state.name === "waiting" || (state.name === "connecting" && everLive)) {
    const reason = (state.name === "waiting" && explain?.(state.code)) || "";
    return <Lost reason={reason} onReconnect={onReconnect} />;
  }
  if (state.name === "connecting")
    return <Card busy title={t("connecting", { name: clientName })} text={t("connectingHint")} />;
  return displays.length === 0 ? <Card busy title={t("waitingPicture")} /> : null;
}

function Ended({ state, explain, onReconnect, onClose }: StandingProps & { state: Extract<State, { name: "ended" }> }) {
  const { t } = useTranslation("viewer");
  const noScreen = state.code === "no_screen";
  const own = t(`end.${state.code}`, { defaultValue: "" });
  const text = explain?.(state.code) || own || state.text || t("end.other");
  return (
    <Card
      icon={noScreen ? IconDeviceDesktopOff : IconPlugConnectedX}
      title={t(noScreen ? "noScreen" : "ended")}
      text={text}
      hint={state.hint}
      code={t("code", { code: state.code })}
    >
      {onClose && (
        <Button size="xs" variant="default" onClick={() => onClose(state.code)}>
          {t("close")}
        </Button>
      )}
      {state.again && (
        <Button size="xs" onClick={onReconnect}>
          {t("reconnect")}
        </Button>
      )}
    </Card>
  );
}

/** The conversation is gone and is sought again. The reason of one try stands until the next has another. */
function Lost({ reason, onReconnect }: { reason: string; onReconnect(): void }) {
  const { t } = useTranslation("viewer");
  const last = useRef("");
  if (reason) last.current = reason;
  const text = [last.current, t("waitingHint")].filter(Boolean).join(" ");
  return <Banner busy title={t("waiting")} text={text} action={t("tryNow")} onAction={onReconnect} />;
}

interface BannerProps {
  busy?: boolean;
  title: string;
  text: string;
  action: string;
  onAction(): void;
}

/** A sentence above the last picture, which stays but which nobody should trust. */
function Banner({ busy = false, title, text, action, onAction }: BannerProps) {
  return (
    <div className={classes.veil} data-banner role="alert">
      <div className={classes.banner}>
        {busy ? <Loader size={20} /> : <IconWifiOff size={20} stroke={1.7} />}
        <div>
          <div className={classes.title}>{title}</div>
          <div className={classes.text}>{text}</div>
        </div>
        <Button size="xs" variant={busy ? "default" : "filled"} onClick={onAction}>
          {action}
        </Button>
      </div>
    </div>
  );
}

interface CardProps {
  busy?: boolean;
  icon?: TablerIcon;
  title: string;
  text?: string;
  hint?: string;
  code?: string;
  children?: ReactNode;
}

function Card({ busy = false, icon: Icon, title, text, hint, code, children }: CardProps) {
  return (
    <div className={classes.veil} role="status">
      <div className={classes.card}>
        {busy && <Loader size={26} />}
        {Icon && <Icon size={34} stroke={1.4} className={classes.icon} />}
        <div className={classes.title}>{title}</div>
        {text && <div className={classes.text}>{text}</div>}
        {hint && <div className={classes.text}>{hint}</div>}
        {children && <div className={classes.actions}>{children}</div>}
        {code && <div className={classes.code}>{code}</div>}
      </div>
    </div>
  );
}
