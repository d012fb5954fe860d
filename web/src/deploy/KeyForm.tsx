import { Autocomplete, Button, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { createKey, getGroups } from "../api/calls";
import type { KeyRequest, NewKey } from "../api/types";
import { useMe } from "../app/me";
import dialogs from "../jump/dialogs.module.css";
import { limits } from "../jump/draft";
import { groupChoices, tagsOf } from "../jump/groups";
import { showProblem } from "../ui/problems";
import { validities } from "./commands";
import classes from "./Deploy.module.css";

interface Props {
  group: string | undefined;
  tag: string | undefined;
  onClose: () => void;
  onMade: (key: NewKey) => void;
}

/** Asks what computers that join with the new key shall look like. */
export function KeyForm({ group, tag, onClose, onMade }: Props) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [draft, setDraft] = useState<KeyRequest>({
    group: group || "general",
    tag: tag || "",
    valid_for: "24h",
    max_uses: 1,
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      onMade(await createKey(draft));
    } catch (thrown) {
      showProblem(thrown);
      setBusy(false);
    }
  };
  return (
    <form className={dialogs.form} onSubmit={(event) => void submit(event)}>
      <p className={dialogs.text}>{t("deploy.dialogLead")}</p>
      <Place draft={draft} onDraft={(some) => setDraft({ ...draft, ...some })} />
      <Bounds draft={draft} onDraft={(some) => setDraft({ ...draft, ...some })} />
      <div className={dialogs.buttons}>
        <span />
        <Button variant="default" onClick={onClose}>
          {t("action.cancel")}
        </Button>
        <Button type="submit" loading={busy}>
          {t("deploy.submit")}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  draft: KeyRequest;
  onDraft: (some: KeyRequest) => void;
}

/** Where and how the computers appear in the list. */
function Place({ draft, onDraft }: PartProps) {
  const { t } = useTexts();
  const me = useMe();
  const groups = useQuery({ queryKey: ["groups"], queryFn: getGroups });
  return (
    <>
      <div className={classes.pair}>
        <Select
          label={t("deploy.group")}
          data={groupChoices(groups.data ?? [], me.name, t("groups.personal"))}
          value={draft.group ?? null}
          onChange={(group) => group && onDraft({ group })}
          allowDeselect={false}
          searchable={(groups.data?.length ?? 0) > 8}
        />
        <Autocomplete
          label={t("deploy.tag")}
          data={tagsOf(groups.data ?? [], draft.group)}
          value={draft.tag}
          maxLength={limits.tag}
          onChange={(tag) => onDraft({ tag })}
        />
      </div>
      <TextInput
        label={t("deploy.name")}
        placeholder={t("deploy.nameHint")}
        value={draft.name ?? ""}
        maxLength={limits.name}
        onChange={(event) => onDraft({ name: event.currentTarget.value })}
      />
      <Textarea
        label={t("deploy.comments")}
        value={draft.comments ?? ""}
        maxLength={limits.comments}
        rows={2}
        onChange={(event) => onDraft({ comments: event.currentTarget.value })}
      />
    </>
  );
}

/** For how long and how often the key opens. */
function Bounds({ draft, onDraft }: PartProps) {
  const { t } = useTexts();
  return (
    <div className={classes.pair}>
      <Select
        label={t("deploy.validFor")}
        data={validities.map(({ value, text }) => ({ value, label: t(text) }))}
        value={draft.valid_for ?? "24h"}
        onChange={(validFor) => validFor && onDraft({ valid_for: validFor })}
        allowDeselect={false}
      />
      <NumberInput
        label={t("deploy.uses")}
        placeholder={t("deploy.unlimited")}
        value={draft.max_uses || ""}
        min={1}
        max={1_000_000}
        allowDecimal={false}
        allowNegative={false}
        onChange={(uses) => onDraft({ max_uses: Number(uses) || 0 })}
      />
    </div>
  );
}
