import { Button } from "@mantine/core";
import { IconAlertTriangle, IconDevices, IconFolderOpen, IconSearch } from "@tabler/icons-react";
import { useTexts } from "../i18n/useTexts";
import { useMay } from "../app/me";
import { Blank } from "../ui/Blank";
import { Failure } from "../ui/Failure";
import { describe } from "../ui/problems";
import type { Column } from "./columns";
import classes from "./Content.module.css";
import type { Snapshot } from "./list";
import type { Query } from "./query";
import type { Selection } from "./selection";
import { Skeleton } from "./Skeleton";
import { Table, type TableActions } from "./Table";

interface Props {
  snapshot: Snapshot;
  selection: Selection;
  columns: readonly Column[];
  actions: TableActions;
  onWant: (end: number) => void;
  onQuery: (change: Partial<Query>) => void;
  onRefresh: () => void;
  onCreate: () => void;
}

/** The table, or what stands in its place while there is nothing to show. */
export function Content(props: Props) {
  const { t } = useTexts();
  const { snapshot, columns, onRefresh } = props;
  if (snapshot.phase === "loading") return <Skeleton columns={columns} />;
  if (snapshot.phase === "failed" && snapshot.problem) {
    return <Failure problem={snapshot.problem} title={t("table.failedTitle")} onRetry={onRefresh} />;
  }
  if (snapshot.total === 0 && !snapshot.refreshing) return <Empty {...props} />;
  return (
    <div className={classes.content}>
      {snapshot.problem && (
        <div className={classes.strip} role="alert">
          <IconAlertTriangle size={15} aria-hidden="true" />
          <span>{describe(snapshot.problem).text}</span>
          <button type="button" onClick={onRefresh}>
            {t("action.retry")}
          </button>
        </div>
      )}
      <Table {...props} />
    </div>
  );
}

/** Why the list is empty, and the way on. */
function Empty({ snapshot: { query }, onQuery, onCreate }: Props) {
  const { t } = useTexts();
  const deploy = useMay()("deploy");
  const showAll = (
    <Button variant="default" onClick={() => onQuery({ search: "", status: "", tag: "" })}>
      {t("table.showAll")}
    </Button>
  );
  const create = deploy && <Button onClick={onCreate}>{t("toolbar.create")}</Button>;
  if (query.search || query.status) {
    return (
      <Blank icon={<IconSearch size={22} stroke={1.6} />} title={t("table.noneTitle")} action={showAll}>
        {query.search ? t("table.noneText", { search: query.search }) : t("table.noneStatus")}
      </Blank>
    );
  }
  if (query.group || query.tag) {
    return (
      <Blank icon={<IconFolderOpen size={22} stroke={1.6} />} title={t("table.groupTitle")} action={create}>
        {t("table.groupText")}
      </Blank>
    );
  }
  return (
    <Blank icon={<IconDevices size={22} stroke={1.6} />} title={t("table.emptyTitle")} action={create}>
      {deploy ? t("table.emptyText") : t("table.emptyOther")}
    </Blank>
  );
}
