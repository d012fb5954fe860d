import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Display } from "../../wire";
import { ALL, whole } from "../displays";

interface Props {
  displays: Display[];
  shown: number;
  onShow(display: number): void;
}

/** The choice of a monitor, by its number from the left, or of all. */
export function Monitors({ displays, shown, onShow }: Props) {
  const { t } = useTranslation("viewer");
  const ordered = displays.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const title = (d: Display, i: number) =>
    [t("monitor", { number: i + 1 }), d.name, `${d.width} × ${d.height}`].filter(Boolean).join(", ");
  const data = ordered.map((d, i) => ({
    value: String(d.id),
    label: (
      <span role="img" title={title(d, i)} aria-label={title(d, i)}>
        {i + 1}
      </span>
    ),
  }));
  if (whole(displays)) data.push({ value: String(ALL), label: <span title={t("allMonitors")}>{t("all")}</span> });
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("monitors")}
      data={data}
      value={String(shown)}
      onChange={(v) => onShow(Number(v))}
    />
  );
}
