import { Button, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { createGroup, getGroups } from "../api/calls";
import { asProblem } from "../api/problem";
import type { Group } from "../api/types";
import { formatNumber } from "../i18n/format";
import { Failure } from "../ui/Failure";
import { showDone, showProblem } from "../ui/problems";
import tables from "../ui/Table.module.css";
import { useTitle } from "../ui/useTitle";
import classes from "./Groups.module.css";
import pages from "./Page.module.css";

const mostInName = 128;
const mostInCode = 64;

/** The Jump Groups (requirement E1), and how a shared one is made. */
export function GroupsPage() {
  const { t } = useTexts();
  useTitle(t("admin.groups"));
  const groups = useQuery({ queryKey: ["groups"], queryFn: getGroups });
  return (
    <div className={pages.page}>
      <header className={pages.top}>
        <div>
          <h1>{t("admin.groups")}</h1>
          <p>{t("admin.groupsLead")}</p>
        </div>
      </header>
      <CreateForm />
      {groups.data && <Table groups={groups.data} />}
      {groups.error && !groups.data && (
        <Failure problem={asProblem(groups.error)} onRetry={() => void groups.refetch()} />
      )}
    </div>
  );
}

function CreateForm() {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await createGroup({ name: name.trim(), code: code.trim() || undefined });
      await queries.invalidateQueries({ queryKey: ["groups"] });
      showDone(t("admin.groupMade", { name: made.name }));
      setName("");
      setCode("");
    } catch (thrown) {
      showProblem(thrown);
    }
    setBusy(false);
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t("admin.groupName")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={mostInName}
        required
        withAsterisk={false}
      />
      <TextInput
        label={t("admin.groupCode")}
        description={t("admin.groupCodeHint")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        maxLength={mostInCode}
      />
      <Button type="submit" loading={busy} disabled={name.trim() === ""}>
        {t("admin.groupCreate")}
      </Button>
    </form>
  );
}

function Table({ groups }: { groups: readonly Group[] }) {
  const { t } = useTexts();
  return (
    <div className={`${tables.scroller} j-scroll`}>
      <table className={`${classes.table} j-number`}>
        <thead>
          <tr>
            <th>{t("admin.groupName")}</th>
            <th>{t("admin.groupCode")}</th>
            <th>{t("admin.groupKind")}</th>
            <th>{t("admin.groupClients")}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.code}>
              <td>
                <bdi>{group.name}</bdi>
              </td>
              <td className={classes.code}>{group.code}</td>
              <td>
                {group.kind === "personal"
                  ? t("admin.groupPersonal", { owner: group.owner ?? "" })
                  : t("admin.groupShared")}
              </td>
              <td>{formatNumber(group.clients)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
