import { Button } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { getKeys } from "../api/calls";
import { asProblem } from "../api/problem";
import { useMay } from "../app/me";
import { Blank } from "../ui/Blank";
import { Failure } from "../ui/Failure";
import { useTitle } from "../ui/useTitle";
import { AddComputer } from "./AddComputer";
import classes from "./Deploy.module.css";
import { KeyTable } from "./KeyTable";

/** The deployment keys of the site: what there is, and making and revoking them. */
export default function DeployPage() {
  const { t } = useTexts();
  useTitle(t("bar.deployment"));
  const may = useMay();
  if (!may("deploy")) return <Blank icon={<IconKey size={22} stroke={1.6} />} title={t("deploy.denied")} />;
  return <Keys />;
}

function Keys() {
  const { t } = useTexts();
  const [adding, setAdding] = useState(false);
  const keys = useQuery({ queryKey: ["installers"], queryFn: getKeys });
  const add = (
    <Button leftSection={<IconPlus size={16} stroke={1.9} />} onClick={() => setAdding(true)}>
      {t("deploy.create")}
    </Button>
  );
  return (
    <div className={`${classes.page} j-scroll`}>
      <div className={classes.inner}>
        <header className={classes.top}>
          <div>
            <h1>{t("deploy.title")}</h1>
            <p>{t("deploy.lead")}</p>
          </div>
          {add}
        </header>
        {keys.data && keys.data.length > 0 && <KeyTable keys={keys.data} />}
        {keys.data?.length === 0 && (
          <Blank icon={<IconKey size={22} stroke={1.6} />} title={t("deploy.emptyTitle")}>
            {t("deploy.emptyText")}
          </Blank>
        )}
        {keys.error && !keys.data && <Failure problem={asProblem(keys.error)} onRetry={() => void keys.refetch()} />}
      </div>
      {adding && <AddComputer onClose={() => setAdding(false)} />}
    </div>
  );
}
