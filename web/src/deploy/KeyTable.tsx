import { Button, Group, Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { getGroups, revokeKey } from "../api/calls";
import type { DeploymentKey } from "../api/types";
import { formatAgo, formatDate, formatNumber } from "../i18n/format";
import dialogs from "../jump/dialogs.module.css";
import { showDone, showProblem } from "../ui/problems";
import classes from "./Deploy.module.css";

/** Why a key opens no more, or undefined while it does. */
export function over(key: DeploymentKey, now = Date.now()): "revoked" | "expired" | "usedUp" | undefined {
  if (key.revoked_at) return "revoked";
  if (Date.parse(key.expires_at) <= now) return "expired";
  return key.max_uses > 0 && key.uses >= key.max_uses ? "usedUp" : undefined;
}

/** The keys, the newest first. */
export function KeyTable({ keys }: { keys: readonly DeploymentKey[] }) {
  const { t } = useTexts();
  const [asked, setAsked] = useState<DeploymentKey>();
  const sorted = [...keys].sort((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <>
      <table className={`${classes.table} j-number`}>
        <thead>
          <tr>
            <th>{t("deploy.columnKey")}</th>
            <th>{t("deploy.columnTarget")}</th>
            <th>{t("deploy.columnUses")}</th>
            <th>{t("deploy.columnExpires")}</th>
            <th>{t("deploy.columnCreated")}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {sorted.map((key) => (
            <KeyRow key={key.uid} deployment={key} onRevoke={() => setAsked(key)} />
          ))}
        </tbody>
      </table>
      {asked && <Revoke deployment={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function KeyRow({ deployment: key, onRevoke }: { deployment: DeploymentKey; onRevoke: () => void }) {
  const { t } = useTexts();
  const groups = useQuery({ queryKey: ["groups"], queryFn: getGroups });
  const group = groups.data?.find(({ code }) => code === key.group)?.name ?? key.group;
  const state = over(key);
  const max = key.max_uses > 0 ? formatNumber(key.max_uses) : t("deploy.unlimited");
  return (
    <tr data-over={state}>
      <td>{key.uid}</td>
      <td>
        <span className={classes.target}>
          <bdi>{key.name || group}</bdi>
          {key.name && <bdi>{group}</bdi>}
          {key.tag && <bdi className={classes.tag}>{key.tag}</bdi>}
        </span>
      </td>
      <td>{key.max_uses > 0 ? t("deploy.usesLeft", { used: formatNumber(key.uses), max }) : formatNumber(key.uses)}</td>
      <td>{formatDate(key.expires_at)}</td>
      <td title={formatDate(key.created_at)}>
        {formatAgo(key.created_at)} · <bdi>{key.created_by}</bdi>
      </td>
      <td>
        {state ? (
          <span className={classes.state}>{t(`deploy.${state}`)}</span>
        ) : (
          <Button size="compact-sm" variant="default" onClick={onRevoke}>
            {t("deploy.revoke")}
          </Button>
        )}
      </td>
    </tr>
  );
}

function Revoke({ deployment, onClose }: { deployment: DeploymentKey; onClose: () => void }) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    try {
      await revokeKey(deployment.uid);
      showDone(t("deploy.revokeDone"));
    } catch (thrown) {
      showProblem(thrown);
    }
    await queries.invalidateQueries({ queryKey: ["installers"] });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t("deploy.revokeTitle")} size={420}>
      <p className={dialogs.text}>{t("deploy.revokeText")}</p>
      <Group justify="flex-end" mt={22} gap={8}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("action.cancel")}
        </Button>
        <Button color="red" loading={busy} onClick={() => void revoke()}>
          {t("deploy.revoke")}
        </Button>
      </Group>
    </Modal>
  );
}
