import { Button } from "@mantine/core";
import { IconBolt, IconClick } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTexts } from "../i18n/useTexts";
import type { Client } from "../api/types";
import { formatAgo, formatBytes, formatDate, formatDuration, formatNumber, formatPercent } from "../i18n/format";
import { StatusMark } from "../ui/Status";
import { SystemIcon } from "../ui/SystemIcon";
import { Keys } from "./Keys";
import { notesOf } from "./notes";
import classes from "./Statistics.module.css";

const offers = ["screen", "shell", "exec", "files"] as const;

interface Props {
  client: Client | undefined; // the one that is selected
  selected: number;
  busy: boolean;
  onJump: () => void;
}

/** What is known of the selected client (requirement E6), as fresh as the site knows it. */
export function Statistics({ client, selected, busy, onJump }: Props) {
  const { t } = useTexts();
  return (
    <aside className={`${classes.pane} j-scroll`} aria-label={t("stats.title")}>
      {client ? <One key={client.id} client={client} busy={busy} onJump={onJump} /> : <None selected={selected} />}
    </aside>
  );
}

function None({ selected }: { selected: number }) {
  const { t } = useTexts();
  return (
    <div className={classes.none}>
      <IconClick size={22} stroke={1.5} aria-hidden="true" />
      <h2>
        {selected > 1 ? t("stats.several", { count: selected, n: formatNumber(selected) }) : t("stats.noneTitle")}
      </h2>
      <p>{selected > 1 ? t("jump.one") : t("stats.noneText")}</p>
      <Keys />
    </div>
  );
}

function One({ client, busy, onJump }: { client: Client; busy: boolean; onJump: () => void }) {
  const { t } = useTexts();
  const online = client.connected && client.status !== "quarantined";
  return (
    <>
      <header className={classes.top}>
        <div className={classes.title}>
          <span className={classes.icon}>
            <SystemIcon client={client} size={20} />
          </span>
          <div className={classes.names}>
            <h2 title={client.name}>
              <bdi>{client.name}</bdi>
            </h2>
            <StatusMark status={client.status} />
          </div>
        </div>
        <Button fullWidth leftSection={<IconBolt size={16} stroke={1.9} />} loading={busy} onClick={onJump}>
          {t("toolbar.jump")}
        </Button>
        <Note client={client} />
      </header>
      <Now client={client} online={online} />
      <Machine client={client} />
      <Addresses client={client} />
      <Access client={client} online={online} />
    </>
  );
}

/** Says why the statistics are not of now, and what becomes of a client that is away. */
function Note({ client }: { client: Client }) {
  const { t } = useTexts();
  const notes = notesOf(client, t);
  if (notes.length === 0) return null;
  return <p className={classes.note}>{notes.join(" ")}</p>;
}

function Now({ client, online }: { client: Client; online: boolean }) {
  const { t } = useTexts();
  const idle = client.idle_seconds < 60 ? t("stats.active") : formatDuration(client.idle_seconds);
  return (
    <Section title={t("stats.now")}>
      <Fact name={t("stats.user")}>{client.console_user || <i>{t("stats.nobody")}</i>}</Fact>
      {online && client.console_user && client.idle_seconds >= 0 && <Fact name={t("stats.idle")}>{idle}</Fact>}
      {client.uptime_seconds > 0 && <Fact name={t("stats.uptime")}>{formatDuration(client.uptime_seconds)}</Fact>}
      {online && (
        <Gauge name={t("stats.cpu")} share={client.cpu_percent / 100} text={formatPercent(client.cpu_percent)} />
      )}
      <Amount name={t("stats.memory")} used={client.memory_used} total={client.memory_total} />
      <Amount name={t("stats.disk")} used={client.disk_used} total={client.disk_total} />
    </Section>
  );
}

function Machine({ client }: { client: Client }) {
  const { t } = useTexts();
  const channels = offers
    .filter((channel) => client.channels.includes(channel))
    .map((channel) => t(`stats.${channel}`));
  const mode = client.mode === "service" ? t("stats.modeService") : t("stats.modeUser");
  return (
    <Section title={t("stats.machine")}>
      <Fact name={t("stats.hostname")}>{client.hostname}</Fact>
      <Fact name={t("stats.system")}>{client.system_name || client.system}</Fact>
      <Fact name={t("stats.arch")}>{client.arch}</Fact>
      <Fact name={t("field.domain")}>{client.domain}</Fact>
      <Fact name={t("field.workgroup")}>{client.workgroup}</Fact>
      <Fact name={t("stats.version")}>{client.version}</Fact>
      <Fact name={t("stats.mode")}>{mode}</Fact>
      <Fact name={t("stats.channels")}>{channels.join(", ")}</Fact>
    </Section>
  );
}

function Addresses({ client }: { client: Client }) {
  const { t } = useTexts();
  return (
    <Section title={t("stats.addresses")}>
      <Fact name={t("field.private_ip")}>{client.private_ip}</Fact>
      <Fact name={t("field.public_ip")}>{client.public_ip}</Fact>
    </Section>
  );
}

function Access({ client, online }: { client: Client; online: boolean }) {
  const { t } = useTexts();
  const { connected_at: connected, last_accessed_at: accessed } = client;
  return (
    <Section title={t("stats.access")}>
      <Fact name={t("stats.sessions")}>{client.sessions > 0 && formatNumber(client.sessions)}</Fact>
      <Fact name={t("stats.connected")}>{online && connected && <Time at={connected} />}</Fact>
      <Fact name={t("stats.seen")}>{!online && <Time at={client.last_seen_at} />}</Fact>
      <Fact name={t("stats.accessed")}>{accessed ? <Time at={accessed} /> : <i>{t("stats.never")}</i>}</Fact>
      <Fact name={t("stats.created")}>
        <Time at={client.created_at} />
      </Fact>
      <Fact name={t("field.group")}>{client.group.name}</Fact>
      <Fact name={t("field.tag")}>{client.tag}</Fact>
      {client.comments && (
        <div className={classes.comments}>
          <dt>{t("field.comments")}</dt>
          <dd>
            <bdi>{client.comments}</bdi>
          </dd>
        </div>
      )}
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      <dl className="j-number">{children}</dl>
    </section>
  );
}

/** A line; nothing is shown of what is not known. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd title={typeof children === "string" ? children : undefined}>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}

function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDate(at)}>
      {formatAgo(at)}
    </time>
  );
}

function Amount({ name, used, total }: { name: string; used: number; total: number }) {
  const { t } = useTexts();
  if (total <= 0) return null;
  return (
    <Gauge
      name={name}
      share={used / total}
      text={t("stats.used", { used: formatBytes(used), total: formatBytes(total) })}
    />
  );
}

/** A line with a bar below it; the bar warns when little is left. */
function Gauge({ name, share, text }: { name: string; share: number; text: string }) {
  const part = Math.min(1, Math.max(0, share));
  return (
    <div className={classes.gauge} data-full={part > 0.9 || undefined}>
      <dt>{name}</dt>
      <dd>{text}</dd>
      <span className={classes.track} aria-hidden="true">
        <span style={{ transform: `scaleX(${part})` }} />
      </span>
    </div>
  );
}
