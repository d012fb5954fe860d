import { ActionIcon, Menu } from "@mantine/core";
import { IconCalendarPlus, IconDots, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { getGroups } from "../api/calls";
import type { DeploymentKey } from "../api/types";
import { formatAgo, formatDate, formatNumber } from "../i18n/format";
import { nameOfId } from "../platforms/platforms";
import tables from "../ui/Table.module.css";
import classes from "./Deploy.module.css";
import { Extend } from "./Extend";
import { Revoke } from "./Revoke";
import { usePlatforms } from "./usePlatforms";

type Asked = { what: "extend" | "revoke"; key: DeploymentKey } | undefined;

/** The installers as a table. */
export function InstallerTable({ keys }: { keys: readonly DeploymentKey[] }) {
  const { t } = useTexts();
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <>
      <div className={`${tables.scroller} j-scroll`}>
        <table className={`${classes.table} j-number`}>
          <thead>
            <tr>
              <th>{t("deploy.columnState")}</th>
              <th>{t("deploy.columnInstaller")}</th>
              <th>{t("deploy.columnTarget")}</th>
              <th>{t("deploy.columnUses")}</th>
              <th>{t("deploy.columnExpires")}</th>
              <th>{t("deploy.columnCreated")}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <InstallerRow key={key.uid} installer={key} onAsk={(what) => setAsked({ what, key })} />
            ))}
          </tbody>
        </table>
      </div>
      {asked?.what === "extend" && <Extend installer={asked.key} onClose={close} />}
      {asked?.what === "revoke" && <Revoke installer={asked.key} onClose={close} />}
    </>
  );
}

interface RowProps {
  installer: DeploymentKey;
  onAsk: (what: "extend" | "revoke") => void;
}

function InstallerRow({ installer, onAsk }: RowProps) {
  const { t } = useTexts();
  const platforms = usePlatforms();
  const { state, uses, max_uses: max } = installer;
  return (
    <tr data-state={state}>
      <td>
        <span className={classes.state}>{t(`deploy.${state}`)}</span>
      </td>
      <td>
        <span className={classes.uid}>{installer.uid}</span>
        <span className={classes.second}>{nameOfId(platforms, installer.platform, t)}</span>
      </td>
      <td>
        <Target installer={installer} />
      </td>
      <td>
        {max > 0 ? t("deploy.usesOf", { used: formatNumber(uses), max: formatNumber(max) }) : formatNumber(uses)}
        {max > 0 && (
          <span className={classes.track} aria-hidden="true">
            <span style={{ transform: `scaleX(${Math.min(1, uses / max)})` }} />
          </span>
        )}
      </td>
      <td>{formatDate(installer.expires_at)}</td>
      <td title={formatDate(installer.created_at)}>
        {formatAgo(installer.created_at)}
        <span className={classes.second}>
          <bdi>{installer.created_by}</bdi>
        </span>
      </td>
      <td>{state !== "revoked" && <Actions uid={installer.uid} over={state !== "valid"} onAsk={onAsk} />}</td>
    </tr>
  );
}

/** What the computers that join with it look like in the list. */
function Target({ installer: { name, group: code, tag, comments } }: { installer: DeploymentKey }) {
  const groups = useQuery({ queryKey: ["groups"], queryFn: getGroups });
  const group = groups.data?.find((one) => one.code === code)?.name ?? code;
  return (
    <>
      <span className={classes.target}>
        <bdi>{name || group}</bdi>
        {tag && <bdi className={classes.tag}>{tag}</bdi>}
      </span>
      <span className={classes.second} title={comments || undefined}>
        <bdi>{[name && group, comments].filter(Boolean).join(" · ")}</bdi>
      </span>
    </>
  );
}

function Actions({ uid, over, onAsk }: { uid: string; over: boolean; onAsk: RowProps["onAsk"] }) {
  const { t } = useTexts();
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("deploy.menu", { uid })}>
          <IconDots size={17} stroke={1.8} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCalendarPlus size={15} stroke={1.7} />} onClick={() => onAsk("extend")}>
          {t("deploy.extend")}
        </Menu.Item>
        {!over && (
          <Menu.Item color="red" leftSection={<IconTrash size={15} stroke={1.7} />} onClick={() => onAsk("revoke")}>
            {t("deploy.revoke")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
