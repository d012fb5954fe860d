import type { Client } from "../api/types";
import { formatDate, formatDay } from "../i18n/format";
import type { Say } from "../i18n/useTexts";

/**
 * What is to be said of a client that cannot be jumped to: that it was
 * quarantined, with the computers that show its key, that it is passive (G1), that it was
 * uninstalled (requirement E10), that its user has disabled it (A7), since when
 * it is away and when it will be removed (E11), and of when its statistics are.
 */
export function notesOf(client: Client, t: Say): string[] {
  const { status, last_seen_at: seen, offline_since: since = seen, removal_due_at: due } = client;
  const asOf = t("stats.asOf", { time: formatDate(seen) });
  const disabled = status === "disabled" || client.disabled ? [t("stats.disabledNote")] : [];
  switch (status) {
    case "quarantined":
      return [
        t("stats.quarantineNote", { time: formatDate(client.quarantined_at ?? seen) }),
        ...(client.copies ?? []).map(({ address, hostname, since, connected }) =>
          t("stats.quarantineCopy", {
            address,
            hostname,
            time: formatDate(since),
            state: t(connected ? "stats.quarantineConnected" : "stats.quarantineAway"),
          }),
        ),
      ];
    case "uninstalled":
      return [t("stats.uninstalledNote", { time: formatDate(client.uninstalled_at ?? seen) }), asOf];
    case "passive":
      return [t("stats.passiveNote", { time: formatDate(seen) })];
    case "offline":
      return [
        t("stats.offlineNote", { time: formatDate(since) }),
        ...(due ? [t("stats.removalNote", { time: formatDay(due) })] : []),
        ...disabled,
      ];
  }
  return disabled;
}
