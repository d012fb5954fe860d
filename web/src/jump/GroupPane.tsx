import { IconChevronRight, IconFolder, IconStack2, IconTag, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { getGroups } from "../api/calls";
import type { Group } from "../api/types";
import { useMe } from "../app/me";
import { isStrings, recall, remember } from "../app/preferences";
import { formatNumber } from "../i18n/format";
import classes from "./GroupPane.module.css";
import { arrange } from "./groups";
import type { Query } from "./query";

interface Props {
  query: Query;
  onChoose: (change: Pick<Query, "group" | "tag">) => void;
}

/** The Jump Groups (requirement E1), with their tags under an arrow (E2). */
export function GroupPane({ query, onChoose }: Props) {
  const { t } = useTexts();
  const me = useMe();
  const groups = useQuery({ queryKey: ["groups"], queryFn: getGroups });
  const { mine, others } = arrange(groups.data ?? [], me.name);
  const total = (groups.data ?? []).reduce((sum, group) => sum + group.clients, 0);
  const shared = { query, onChoose };
  return (
    <nav className={`${classes.pane} j-scroll`} aria-label={t("groups.title")} onKeyDown={arrows}>
      <h2 className={classes.heading}>{t("groups.mine")}</h2>
      <Entry
        icon={<IconStack2 size={16} stroke={1.6} />}
        text={t("groups.all")}
        count={groups.data && total}
        current={!query.group && !query.tag}
        onClick={() => onChoose({ group: "", tag: "" })}
      />
      {mine.map((group) => (
        <GroupEntry key={group.code} group={group} own={group.owner === me.name} {...shared} />
      ))}
      {groups.error && <p className={classes.failed}>{t("groups.failed")}</p>}
      {others.length > 0 && <h2 className={classes.heading}>{t("groups.everyone")}</h2>}
      {others.map((group) => (
        <GroupEntry key={group.code} group={group} {...shared} />
      ))}
    </nav>
  );
}

function GroupEntry({ group, own = false, query, onChoose }: Props & { group: Group; own?: boolean }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(() => (recall("open-groups", isStrings) ?? []).includes(group.code));
  const personal = group.kind === "personal";
  const name = own ? t("groups.personal") : personal ? (group.owner ?? group.name) : group.name;
  const Icon = personal ? IconUser : IconFolder;
  const toggle = () => {
    const others = (recall("open-groups", isStrings) ?? []).filter((code) => code !== group.code);
    remember("open-groups", open ? others : [...others, group.code]);
    setOpen(!open);
  };
  return (
    <>
      <Entry
        icon={<Icon size={16} stroke={1.6} />}
        text={name}
        count={group.clients}
        current={query.group === group.code && !query.tag}
        onClick={() => onChoose({ group: group.code, tag: "" })}
        arrow={
          group.tags.length > 0 && (
            <button
              type="button"
              className={classes.arrow}
              aria-expanded={open}
              aria-label={t(open ? "groups.hideTags" : "groups.showTags", { name })}
              onClick={toggle}
            >
              <IconChevronRight size={14} stroke={2} />
            </button>
          )
        }
      />
      {open &&
        group.tags.map((tag) => (
          <Entry
            key={tag}
            deep
            icon={<IconTag size={14} stroke={1.6} />}
            text={tag}
            current={query.group === group.code && query.tag === tag}
            onClick={() => onChoose({ group: group.code, tag })}
          />
        ))}
    </>
  );
}

interface EntryProps {
  icon: ReactNode;
  text: string;
  count?: number;
  current: boolean;
  deep?: boolean;
  arrow?: ReactNode;
  onClick: () => void;
}

function Entry({ icon, text, count, current, deep = false, arrow, onClick }: EntryProps) {
  return (
    <div className={classes.entry} data-deep={deep || undefined} data-current={current || undefined}>
      {arrow || <span className={classes.noArrow} />}
      <button
        type="button"
        className={classes.choose}
        aria-current={current || undefined}
        onClick={onClick}
        title={text}
      >
        {icon}
        <bdi className={classes.text}>{text}</bdi>
        {count !== undefined && <span className={`${classes.count} j-number`}>{formatNumber(count)}</span>}
      </button>
    </div>
  );
}

/** Up and down move between the entries, right and left open and close the tags of one. */
function arrows(event: KeyboardEvent<HTMLElement>): void {
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>(`.${classes.choose}`)];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined) {
    entries[Math.min(entries.length - 1, Math.max(0, at + step))]?.focus();
    event.preventDefault();
    return;
  }
  const arrow = entries[at]?.parentElement?.querySelector<HTMLElement>("[aria-expanded]");
  const open = arrow?.getAttribute("aria-expanded") === "true";
  if ((event.key === "ArrowRight" && !open) || (event.key === "ArrowLeft" && open)) arrow?.click();
}
