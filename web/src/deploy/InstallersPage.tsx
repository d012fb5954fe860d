import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { IconFilterOff, IconPackage, IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { useTexts } from "../i18n/useTexts";
import { getKeys } from "../api/calls";
import { asProblem } from "../api/problem";
import type { DeploymentKey } from "../api/types";
import pages from "../admin/Page.module.css";
import { useMay } from "../app/me";
import { Blank } from "../ui/Blank";
import { Failure } from "../ui/Failure";
import { useTitle } from "../ui/useTitle";
import classes from "./Deploy.module.css";
import { InstallerTable } from "./InstallerTable";
import { type Filter, filtered } from "./filter";
import Wizard from "./Wizard";

/** The installers of the site: what there is, making, extending and revoking them. */
export default function InstallersPage({ creating = false }: { creating?: boolean }) {
  const { t } = useTexts();
  const [, go] = useLocation();
  useTitle(t("deploy.title"));
  const may = useMay();
  const keys = useQuery({ queryKey: ["installers"], queryFn: getKeys, refetchInterval: 30_000 });
  if (!may("deploy")) return <Blank icon={<IconPackage size={22} stroke={1.6} />} title={t("deploy.denied")} />;
  const create = (
    <Button leftSection={<IconPlus size={16} stroke={1.9} />} onClick={() => go("/login/jump-clients/new")}>
      {t("deploy.create")}
    </Button>
  );
  return (
    <div className={pages.page}>
      <header className={pages.top}>
        <div>
          <h1>{t("deploy.title")}</h1>
          <p>{t("deploy.lead")}</p>
        </div>
        {keys.data && keys.data.length > 0 && create}
      </header>
      {keys.data && keys.data.length > 0 && <Installers keys={keys.data} />}
      {keys.data?.length === 0 && (
        <Blank icon={<IconPackage size={22} stroke={1.6} />} title={t("deploy.emptyTitle")} action={create}>
          {t("deploy.emptyText")}
        </Blank>
      )}
      {keys.error && !keys.data && (
        <Failure problem={asProblem(keys.error)} title={t("deploy.failedTitle")} onRetry={() => void keys.refetch()} />
      )}
      {creating && <Wizard onClose={() => go("/login/jump-clients")} />}
    </div>
  );
}

const everything: Filter = { state: "all", search: "" };

function Installers({ keys }: { keys: readonly DeploymentKey[] }) {
  const { t } = useTexts();
  const [filter, setFilter] = useState(everything);
  const shown = filtered(keys, filter);
  return (
    <>
      <div className={classes.filters}>
        <SegmentedControl
          aria-label={t("deploy.filter")}
          value={filter.state}
          onChange={(state) => setFilter({ ...filter, state: state as Filter["state"] })}
          data={[
            { value: "all", label: t("deploy.filterAll") },
            { value: "valid", label: t("deploy.filterValid") },
            { value: "over", label: t("deploy.filterOver") },
          ]}
        />
        <TextInput
          type="search"
          aria-label={t("deploy.search")}
          placeholder={t("deploy.search")}
          leftSection={<IconSearch size={15} stroke={1.8} />}
          value={filter.search}
          onChange={(event) => setFilter({ ...filter, search: event.currentTarget.value })}
        />
      </div>
      {shown.length > 0 ? (
        <InstallerTable keys={shown} />
      ) : (
        <Blank
          icon={<IconFilterOff size={22} stroke={1.6} />}
          title={t("deploy.noneFound")}
          action={
            <Button variant="default" onClick={() => setFilter(everything)}>
              {t("deploy.showAll")}
            </Button>
          }
        >
          {t("deploy.noneFoundText")}
        </Blank>
      )}
    </>
  );
}
