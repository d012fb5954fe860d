import { Checkbox, Popover } from "@mantine/core";
import { IconChevronDown, IconSearch, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { type Query, type SearchField, searchFields } from "./query";
import classes from "./Search.module.css";

const typingPause = 180; // ms

interface Props {
  query: Query;
  onQuery: (change: Partial<Query>) => void;
  onLeave: () => void; // the list is to have the keyboard
}

/** The search over chosen fields (requirement E5). "/" brings the keyboard here, Escape empties and leaves. */
export function Search({ query, onQuery, onLeave }: Props) {
  const { t } = useTexts();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query.search);
  const sent = useRef(query.search);
  useSlash(input);

  useEffect(() => {
    if (query.search !== sent.current) setText(query.search);
    sent.current = query.search;
  }, [query.search]);

  const send = (search: string) => {
    if (search === sent.current) return;
    sent.current = search;
    onQuery({ search });
  };
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    const timer = setTimeout(() => latest.current(text.trim()), typingPause);
    return () => clearTimeout(timer);
  }, [text]);

  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") setText("");
    if (event.key === "Enter") send(text.trim());
    if (event.key === "Enter" || event.key === "ArrowDown" || (event.key === "Escape" && text === "")) onLeave();
  };
  return (
    <search className={classes.search}>
      <Fields chosen={query.fields} onChoose={(fields) => onQuery({ fields })} />
      <input
        ref={input}
        type="text"
        value={text}
        maxLength={200}
        placeholder={t("toolbar.search")}
        aria-label={t("toolbar.search")}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      {text ? (
        <button type="button" className={classes.clear} aria-label={t("toolbar.clear")} onClick={() => setText("")}>
          <IconX size={14} />
        </button>
      ) : (
        <span className={classes.key} aria-hidden="true">
          /
        </span>
      )}
    </search>
  );
}

/** "/" anywhere but in a field focuses the search. */
function useSlash(input: RefObject<HTMLInputElement | null>) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = target.closest("input, textarea, select, [contenteditable], [role=dialog]");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.select();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [input]);
}

interface FieldsProps {
  chosen: readonly SearchField[];
  onChoose: (fields: SearchField[]) => void;
}

/** The magnifier: which fields are searched. No choice means all, so the last one cannot be taken away. */
function Fields({ chosen, onChoose }: FieldsProps) {
  const { t } = useTexts();
  const all = chosen.length === 0;
  const flip = (field: SearchField) => {
    const now = all ? searchFields : chosen;
    const next = now.includes(field) ? now.filter((other) => other !== field) : [...now, field];
    onChoose(next.length === searchFields.length ? [] : [...next]);
  };
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.fields}
          aria-label={t("toolbar.fields")}
          title={t("toolbar.fields")}
          data-some={!all || undefined}
        >
          <IconSearch size={15} stroke={1.8} />
          <IconChevronDown size={11} stroke={2} />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.popover}>
        <div className={classes.heading}>{t("toolbar.fields")}</div>
        <Checkbox size="xs" label={t("toolbar.allFields")} checked={all} onChange={() => onChoose([])} />
        <hr />
        <div className={classes.choices}>
          {searchFields.map((field) => (
            <Checkbox
              key={field}
              size="xs"
              label={t(`field.${field}`)}
              checked={all || chosen.includes(field)}
              onChange={() => flip(field)}
            />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
