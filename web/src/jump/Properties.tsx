import { Autocomplete, Button, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { type Say, useTexts } from "../i18n/useTexts";
import { changeClient, getGroups } from "../api/calls";
import type { Client } from "../api/types";
import { useMe } from "../app/me";
import { formatNumber } from "../i18n/format";
import { showDone, showProblem } from "../ui/problems";
import classes from "./dialogs.module.css";
import { changes, type ClientType, type Draft, draftOf, limits } from "./draft";
import { forEach } from "./each";
import { groupChoices, tagsOf } from "./groups";

interface Props {
  clients: readonly Client[];
  onClose: () => void;
  onChanged: (clients: Client[]) => void;
}

/** Changes the properties of one or several clients (requirement E7). */
export function Properties({ clients, onClose, onChanged }: Props) {
  const { t } = useTexts();
  const before = useMemo(() => draftOf(clients), [clients]);
  const [draft, setDraft] = useState(before);
  const [busy, setBusy] = useState(false);
  const change = changes(before, draft);
  const count = { count: clients.length, n: formatNumber(clients.length) };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(change).length === 0) return onClose();
    setBusy(true);
    const changed: Client[] = [];
    const { failed } = await forEach(clients, async ({ id }) => changed.push(await changeClient(id, change)));
    onChanged(changed);
    setBusy(false);
    if (failed[0]) {
      const numbers = { failed: formatNumber(failed.length), n: count.n };
      return showProblem(failed[0].error, clients.length > 1 ? t("properties.partly", numbers) : undefined);
    }
    showDone(t("properties.saved", count));
    onClose();
  };
  const title = clients.length > 1 ? t("properties.several", count) : t("properties.title");
  return (
    <Modal opened onClose={onClose} title={title} size={460}>
      <form className={classes.form} onSubmit={(event) => void submit(event)}>
        {clients.length > 1 && <p className={classes.text}>{t("properties.lead")}</p>}
        <Fields clients={clients} draft={draft} onDraft={(some) => setDraft({ ...draft, ...some })} />
        <div className={classes.buttons}>
          <Button
            variant="subtle"
            color="gray"
            onClick={() => setDraft({ ...before, name: clients.length > 1 ? draft.name : "", tag: "", comments: "" })}
          >
            {t("action.reset")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={busy}>
            {t("action.ok")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What the type means, or why it cannot be chosen. */
function typeHint(clients: readonly Client[], draft: Draft, t: Say): string {
  if (!clients.every(({ can_listen, passive }) => can_listen || passive)) return t("properties.cannotListen");
  return t(draft.type === "passive" ? "properties.passiveHint" : "properties.activeHint");
}

interface FieldsProps {
  clients: readonly Client[];
  draft: Draft;
  onDraft: (some: Partial<Draft>) => void;
}

function Fields({ clients, draft, onDraft }: FieldsProps) {
  const { t } = useTexts();
  const me = useMe();
  const groups = useQuery({ queryKey: ["groups"], queryFn: getGroups });
  const several = clients.length > 1;
  const unchanged = (value: string | undefined) => (value === undefined ? t("properties.unchanged") : undefined);
  return (
    <>
      {!several && (
        <TextInput
          label={t("properties.name")}
          description={t("properties.nameHint")}
          placeholder={clients[0]?.hostname}
          value={draft.name ?? ""}
          maxLength={limits.name}
          onChange={(event) => onDraft({ name: event.currentTarget.value })}
          data-autofocus
        />
      )}
      <Select
        label={t("properties.group")}
        placeholder={unchanged(draft.group)}
        data={groupChoices(
          groups.data ?? clients.map(({ group }) => ({ ...group, kind: "shared" })),
          me.name,
          t("groups.personal"),
        )}
        value={draft.group ?? null}
        onChange={(group) => group && onDraft({ group })}
        allowDeselect={false}
        searchable={(groups.data?.length ?? 0) > 8}
      />
      <Autocomplete
        label={t("properties.tag")}
        description={t("properties.tagHint")}
        placeholder={unchanged(draft.tag)}
        data={tagsOf(groups.data ?? [], draft.group)}
        value={draft.tag ?? ""}
        maxLength={limits.tag}
        onChange={(tag) => onDraft({ tag })}
      />
      <Textarea
        label={t("properties.comments")}
        placeholder={unchanged(draft.comments)}
        value={draft.comments ?? ""}
        maxLength={limits.comments}
        rows={3}
        onChange={(event) => onDraft({ comments: event.currentTarget.value })}
      />
      <Select
        label={t("properties.type")}
        description={typeHint(clients, draft, t)}
        placeholder={unchanged(draft.type)}
        data={(["active", "passive"] as const).map((value) => ({
          value,
          label: t(`properties.${value}`),
          disabled: value === "passive" && !clients.every(({ can_listen, passive }) => can_listen || passive),
        }))}
        value={draft.type ?? null}
        onChange={(type) => onDraft({ type: (type as ClientType | null) ?? undefined })}
        allowDeselect={false}
      />
    </>
  );
}
