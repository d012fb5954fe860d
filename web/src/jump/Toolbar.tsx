import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import {
  IconAdjustments,
  IconBolt,
  IconCheck,
  IconColumns3,
  IconDownload,
  IconLayoutSidebarRight,
  IconPlus,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTexts } from "../i18n/useTexts";
import { useMay } from "../app/me";
import { columns } from "./columns";
import type { Query } from "./query";
import { Search } from "./Search";
import classes from "./Toolbar.module.css";

interface Props {
  selected: number;
  query: Query;
  busy: { jump: boolean; refresh: boolean; export: boolean };
  shown: readonly string[];
  statistics: boolean;
  onQuery: (change: Partial<Query>) => void;
  onJump: () => void;
  onCreate: () => void;
  onProperties: () => void;
  onRemove: () => void;
  onRefresh: () => void;
  onExport: () => void;
  onColumns: (ids: string[]) => void;
  onStatistics: () => void;
  onLeaveSearch: () => void;
}

/** What can be done with the list (requirement E4). */
export function Toolbar(props: Props) {
  const { t } = useTexts();
  const may = useMay();
  const { selected, busy } = props;
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("toolbar.label")}>
      <Button
        size="compact-md"
        className={classes.jump}
        leftSection={<IconBolt size={16} stroke={1.9} />}
        disabled={selected !== 1}
        loading={busy.jump}
        onClick={props.onJump}
      >
        {t("toolbar.jump")}
      </Button>
      {may("deploy") && (
        <Tool icon={<IconPlus size={16} stroke={1.8} />} text={t("toolbar.create")} onClick={props.onCreate} main />
      )}
      <span className={classes.rule} />
      {may("edit") && (
        <Tool
          icon={<IconAdjustments size={16} stroke={1.7} />}
          text={t("toolbar.properties")}
          disabled={selected === 0}
          onClick={props.onProperties}
        />
      )}
      {may("remove") && (
        <Tool
          icon={<IconTrash size={16} stroke={1.7} />}
          text={t("toolbar.remove")}
          disabled={selected === 0}
          onClick={props.onRemove}
        />
      )}
      <Tool
        icon={<IconDownload size={16} stroke={1.7} />}
        text={t("toolbar.export")}
        loading={busy.export}
        onClick={props.onExport}
      />
      <Tool
        icon={<IconRefresh size={16} stroke={1.7} className={busy.refresh ? classes.turning : undefined} />}
        text={t("toolbar.refresh")}
        onClick={props.onRefresh}
      />
      <Search query={props.query} onQuery={props.onQuery} onLeave={props.onLeaveSearch} />
      <ColumnMenu shown={props.shown} onColumns={props.onColumns} />
      <Tooltip label={t("toolbar.statistics")}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={30}
          aria-label={t("toolbar.statistics")}
          aria-pressed={props.statistics}
          className={classes.quiet}
          onClick={props.onStatistics}
        >
          <IconLayoutSidebarRight size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

interface ToolProps {
  icon: ReactNode;
  text: string;
  disabled?: boolean;
  loading?: boolean;
  main?: boolean; // keeps its word in a narrow window
  onClick: () => void;
}

/** A button with its word where there is room for it, and with a tooltip where there is not. */
function Tool({ icon, text, disabled, loading, main, onClick }: ToolProps) {
  return (
    <button
      type="button"
      className={classes.tool}
      title={text}
      disabled={disabled || loading}
      aria-busy={loading}
      onClick={onClick}
    >
      {icon}
      <span className={main ? undefined : classes.word}>{text}</span>
    </button>
  );
}

function ColumnMenu({ shown, onColumns }: { shown: readonly string[]; onColumns: (ids: string[]) => void }) {
  const { t } = useTexts();
  const flip = (id: string) => onColumns(shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id]);
  const on = (id: string) => id === "name" || shown.includes(id);
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={30}
          aria-label={t("toolbar.columns")}
          title={t("toolbar.columns")}
          className={classes.quiet}
        >
          <IconColumns3 size={17} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("toolbar.columns")}</Menu.Label>
        {columns.map(({ id }) => (
          <Menu.Item
            key={id}
            disabled={id === "name"}
            onClick={() => flip(id)}
            role="menuitemcheckbox"
            aria-checked={on(id)}
            rightSection={on(id) ? <IconCheck size={15} /> : <span className={classes.gap} />}
          >
            {t(`field.${id}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
