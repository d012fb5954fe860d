import { Autocomplete, Checkbox, NumberInput, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTexts } from "../i18n/useTexts";
import { getGroups } from "../api/calls";
import type { KeyRequest } from "../api/types";
import { useMe } from "../app/me";
import { limits } from "../jump/draft";
import { groupChoices, tagsOf } from "../jump/groups";
import classes from "./Deploy.module.css";
import { validities } from "./validities";

interface Props {
  draft: KeyRequest;
  onDraft: (some: Partial<KeyRequest>) => void;
}

/** Where and how the computers appear in the list. */
export function Place({ draft, onDraft }: Props) {
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
          placeholder={t("deploy.tagHint")}
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
        autosize
        minRows={1}
        maxRows={4}
        onChange={(event) => onDraft({ comments: event.currentTarget.value })}
      />
    </>
  );
}

/** For how long and how often the installer works. */
export function Bounds({ draft, onDraft }: Props) {
  const { t } = useTexts();
  return (
    <div className={classes.pair}>
      <Validity value={draft.valid_for ?? "24h"} onChange={(validFor) => onDraft({ valid_for: validFor })} />
      <Uses label={t("deploy.uses")} value={draft.max_uses ?? 0} onChange={(uses) => onDraft({ max_uses: uses })} />
    </div>
  );
}

export function Validity({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTexts();
  return (
    <Select
      label={t("deploy.validFor")}
      data={validities.map(({ value, text }) => ({ value, label: t(text) }))}
      value={value}
      onChange={(next) => next && onChange(next)}
      allowDeselect={false}
    />
  );
}

interface UsesProps {
  label: string;
  value: number; // 0: no limit
  onChange: (uses: number) => void;
}

export function Uses({ label, value, onChange }: UsesProps) {
  const { t } = useTexts();
  return (
    <NumberInput
      label={label}
      placeholder={t("deploy.unlimited")}
      value={value || ""}
      min={1}
      max={1_000_000}
      allowDecimal={false}
      allowNegative={false}
      onChange={(uses) => onChange(Number(uses) || 0)}
    />
  );
}

const modes = [
  { value: "", text: "deploy.modeAuto", hint: "deploy.modeAutoHint" },
  { value: "service", text: "deploy.modeService", hint: "deploy.modeServiceHint" },
  { value: "user", text: "deploy.modeUser", hint: "deploy.modeUserHint" },
] as const;

const overridable = ["name", "group", "tag", "comments"] as const;

/** Whether a platform's file always installs a service, since only administrators can install it. */
export const serviceOnly = (platform = "") => /-(msi|deb|rpm)(-|$)/.test(platform);

/** What few installers need: the mode, and what may be set at install time (design section 4). */
export function More({ draft, onDraft }: Props) {
  const { t } = useTexts();
  const mode = modes.find(({ value }) => value === (draft.mode ?? "")) ?? modes[0];
  return (
    <details className={classes.more}>
      <summary>
        <IconChevronRight size={15} stroke={1.9} aria-hidden="true" />
        {t("deploy.more")}
      </summary>
      <div className={classes.moreBody}>
        <div>
          <div className={classes.label}>{t("deploy.mode")}</div>
          <SegmentedControl
            fullWidth
            aria-label={t("deploy.mode")}
            value={mode.value}
            onChange={(value) => onDraft({ mode: value as KeyRequest["mode"] })}
            data={modes.map(({ value, text }) => ({
              value,
              label: t(text),
              disabled: value !== "service" && serviceOnly(draft.platform),
            }))}
          />
          <p className={classes.hint}>{t(mode.hint)}</p>
        </div>
        <Checkbox.Group
          label={t("deploy.overrides")}
          description={t("deploy.overridesHint")}
          value={draft.overrides ?? [...overridable]}
          onChange={(overrides) => onDraft({ overrides: overrides as KeyRequest["overrides"] })}
        >
          <div className={classes.checks}>
            {overridable.map((one) => (
              <Checkbox key={one} value={one} label={t(`deploy.${one}`)} />
            ))}
          </div>
        </Checkbox.Group>
      </div>
    </details>
  );
}
