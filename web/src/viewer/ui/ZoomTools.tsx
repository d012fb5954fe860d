import { Menu } from "@mantine/core";
import { IconCheck, IconMinus, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Zoom } from "../fit";
import classes from "./Toolbar.module.css";
import { MENU, Tool } from "./Tool";

interface Props {
  zoom: Zoom;
  scale: number; // pixels of the screen for one of the picture
  onZoom(zoom: Zoom): void;
  onStep(direction: 1 | -1): void;
}

const CHOICES: readonly Zoom[] = ["fit", 1, 1.5, 2];

/** How large the picture is shown. */
export function ZoomTools({ zoom, scale, onZoom, onStep }: Props) {
  const { t, i18n } = useTranslation("viewer");
  const percent = (v: number) => v.toLocaleString(i18n.language, { style: "percent", maximumFractionDigits: 0 });
  const name = (z: Zoom) => (z === "fit" ? t("fit") : z === 1 ? t("actual") : percent(z));
  return (
    <>
      <Tool label={t("smaller")} icon={IconMinus} disabled={zoom === "fit" && scale <= 1} onClick={() => onStep(-1)} />
      <Menu {...MENU}>
        <Menu.Target>
          <Tool label={t("zoom")} words={percent(scale)} />
        </Menu.Target>
        <Menu.Dropdown>
          {CHOICES.map((z) => (
            <Menu.Item
              key={z}
              onClick={() => onZoom(z)}
              rightSection={z === zoom ? <IconCheck size={15} stroke={2} /> : undefined}
            >
              {name(z)}
            </Menu.Item>
          ))}
          <Menu.Label className={classes.hint}>{t("zoomHint")}</Menu.Label>
        </Menu.Dropdown>
      </Menu>
      <Tool label={t("larger")} icon={IconPlus} onClick={() => onStep(1)} />
    </>
  );
}
