import { SegmentedControl } from "@mantine/core";
import { useId } from "react";
import type { Platform } from "../api/types";
import { formatBytes } from "../i18n/format";
import { useTexts } from "../i18n/useTexts";
import classes from "./Picker.module.css";
import { type Kind, kindOf, kindsOf, type System, systems, variants } from "./platforms";
import { SystemMark } from "./SystemMark";

interface Props {
  platforms: readonly Platform[];
  value: Platform | undefined;
  onChange: (platform: Platform) => void;
}

/** Chooses a platform in up to three steps: the system, the kind of installer, the processor. */
export function Picker({ platforms, value, onChange }: Props) {
  const { t } = useTexts();
  const offered = systems.filter((system) => kindsOf(platforms, system).length > 0);
  const system = value?.system ?? offered[0];
  if (!system) return null;
  const choose = (next: System, kind: Kind) => {
    const some = variants(platforms, next, kind);
    const same = some.find((one) => one.arch === value?.arch) ?? some.find((one) => one.available) ?? some[0];
    if (same) onChange(same);
  };
  const first = (next: System) => choose(next, kindsOf(platforms, next)[0] ?? "bin");
  return (
    <div className={classes.picker}>
      <SegmentedControl
        fullWidth
        aria-label={t("platform.system")}
        value={value ? system : ""}
        onChange={(next) => first(next as System)}
        data={offered.map((one) => ({
          value: one,
          label: (
            <span className={classes.system}>
              <SystemMark system={one} />
              {t(`platform.${one}`)}
            </span>
          ),
        }))}
      />
      {value && (
        <Kinds platforms={platforms} value={value} onChoose={(kind) => choose(system, kind)} onChange={onChange} />
      )}
    </div>
  );
}

interface KindsProps {
  platforms: readonly Platform[];
  value: Platform;
  onChoose: (kind: Kind) => void;
  onChange: (platform: Platform) => void;
}

function Kinds({ platforms, value, onChoose, onChange }: KindsProps) {
  const { t } = useTexts();
  const name = useId();
  const processors = variants(platforms, value.system, kindOf(value));
  return (
    <>
      <div className={classes.kinds} role="radiogroup" aria-label={t("platform.kind")}>
        {kindsOf(platforms, value.system).map((kind) => (
          <Card
            key={kind}
            name={name}
            kind={kind}
            chosen={kind === kindOf(value)}
            best={variants(platforms, value.system, kind)}
            onChoose={() => onChoose(kind)}
          />
        ))}
      </div>
      {processors.length > 1 && (
        <div className={classes.arch}>
          <span>{t("platform.arch")}</span>
          <SegmentedControl
            size="xs"
            aria-label={t("platform.arch")}
            value={value.id}
            onChange={(id) => {
              const next = processors.find((one) => one.id === id);
              if (next) onChange(next);
            }}
            data={processors.map(({ id, arch }) => ({ value: id, label: t(`platform.${arch}`) }))}
          />
        </div>
      )}
    </>
  );
}

interface CardProps {
  name: string; // of the group of radio buttons
  kind: Kind;
  chosen: boolean;
  best: readonly Platform[]; // the processors that there are of it
  onChoose: () => void;
}

function Card({ name, kind, chosen, best, onChoose }: CardProps) {
  const { t } = useTexts();
  const there = best.find((one) => one.available);
  return (
    <label className={classes.card} data-chosen={chosen || undefined}>
      <input type="radio" name={name} checked={chosen} onChange={onChoose} />
      <span className={classes.title}>{t(`platform.${kind}`)}</span>
      <span className={classes.hint}>
        {t(`platform.${kind}Hint`)}
        {there ? there.size > 0 && ` · ${formatBytes(there.size)}` : ` · ${t("platform.absent")}`}
      </span>
    </label>
  );
}
