import { Menu } from "@mantine/core";
import {
  IconActivity,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconCamera,
  IconCheck,
  IconEye,
  IconKeyboardShow,
  IconLogout,
  IconPhotoCog,
  IconPin,
  IconPinned,
  IconPointer,
  IconPower,
  IconTextPlus,
  IconX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Display } from "../../wire";
import type { Zoom } from "../fit";
import type { Preferences, Quality } from "../preferences";
import { Keys } from "./Keys";
import { Monitors } from "./Monitors";
import { MENU, Rule, Tool } from "./Tool";
import classes from "./Toolbar.module.css";
import { ZoomTools } from "./ZoomTools";

/** What the toolbar shows and does. */
export interface ToolbarProps {
  preferences: Preferences;
  onPreferences(change: Partial<Preferences>): void;
  displays: Display[];
  shown: number;
  onShow(display: number): void;
  scale: number; // pixels of the screen for one of the picture
  onZoom(zoom: Zoom): void;
  onZoomStep(direction: 1 | -1): void;
  live: boolean; // the remote computer hears what is done here
  fullScreen: boolean;
  onFullScreen(): void;
  viewOnly: boolean;
  mayControl: boolean;
  onViewOnly(): void;
  onAttention(): void;
  onLogOut(): void;
  onKeys(keysyms: readonly number[]): void;
  onTypeText(): void;
  onGlass: boolean; // the keyboard of a touch screen is wanted
  onOnGlass(): void;
  onSave(): void;
  onCopy(): void;
  onLeave?: () => void;
}

/** The bar over the screen: everything that cannot be said with pointer and keyboard. */
export function Toolbar(props: ToolbarProps) {
  const { t } = useTranslation("viewer");
  const { preferences: p, onPreferences: prefer, fullScreen } = props;
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("toolbar")}>
      <Tool
        label={t(p.pinned ? "unpin" : "pin")}
        icon={p.pinned ? IconPinned : IconPin}
        onClick={() => prefer({ pinned: !p.pinned })}
      />
      <Rule />
      {props.displays.length > 1 && (
        <>
          <Monitors {...props} />
          <Rule />
        </>
      )}
      <ZoomTools zoom={p.zoom} scale={props.scale} onZoom={props.onZoom} onStep={props.onZoomStep} />
      <Tool
        label={t(fullScreen ? "window" : "fullscreen")}
        icon={fullScreen ? IconArrowsMinimize : IconArrowsMaximize}
        onClick={props.onFullScreen}
      />
      <Rule />
      <Hands {...props} />
      <Rule />
      <Qualities quality={p.quality} onQuality={(quality) => prefer({ quality })} />
      <Screenshot disabled={props.displays.length === 0} onSave={props.onSave} onCopy={props.onCopy} />
      <Tool
        label={t("figures")}
        icon={IconActivity}
        pressed={p.figures}
        onClick={() => prefer({ figures: !p.figures })}
      />
      {props.onLeave && (
        <>
          <Rule />
          <Tool label={t("leave")} icon={IconX} onClick={props.onLeave} />
        </>
      )}
    </div>
  );
}

/** What is done to the remote computer. */
function Hands(props: ToolbarProps) {
  const { t } = useTranslation("viewer");
  const { viewOnly, mayControl } = props;
  const mute = viewOnly || !props.live;
  return (
    <>
      <Tool
        label={t(!mayControl ? "viewOnlyGranted" : viewOnly ? "control" : "viewOnly")}
        icon={viewOnly ? IconEye : IconPointer}
        pressed={viewOnly}
        disabled={!mayControl || !props.live}
        onClick={props.onViewOnly}
      />
      <Tool
        label={t("attention")}
        icon={IconPower}
        disabled={mute}
        onClick={props.onAttention}
        words={[t("key.ctrl"), t("key.alt"), t("key.del")].join("+")}
      />
      <Keys disabled={mute} onKeys={props.onKeys} />
      <Tool
        touch
        label={t("onGlass")}
        icon={IconKeyboardShow}
        pressed={props.onGlass}
        disabled={mute}
        onClick={props.onOnGlass}
      />
      <Tool label={t("typeText")} icon={IconTextPlus} disabled={mute} onClick={props.onTypeText} />
      <LogOut disabled={mute} onLogOut={props.onLogOut} />
    </>
  );
}

/** Asks once more: nothing is saved, and nobody at the computer is asked. */
function LogOut({ disabled, onLogOut }: { disabled: boolean; onLogOut(): void }) {
  const { t } = useTranslation("viewer");
  return (
    <Menu {...MENU} width={250} disabled={disabled}>
      <Menu.Target>
        <Tool label={t("logOut")} icon={IconLogout} disabled={disabled} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item color="red" onClick={onLogOut}>
          <div>{t("logOutNow")}</div>
          <div className={classes.hint}>{t("logOutHint")}</div>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Qualities({ quality, onQuality }: { quality: Quality; onQuality(q: Quality): void }) {
  const { t } = useTranslation("viewer");
  const all: Quality[] = ["exact", "balanced", "fast"];
  return (
    <Menu {...MENU} width={250}>
      <Menu.Target>
        <Tool label={t("quality")} icon={IconPhotoCog} />
      </Menu.Target>
      <Menu.Dropdown>
        {all.map((q) => (
          <Menu.Item
            key={q}
            onClick={() => onQuality(q)}
            rightSection={q === quality ? <IconCheck size={15} stroke={2} /> : undefined}
          >
            <div>{t(q)}</div>
            <div className={classes.hint}>{t(`${q}Hint`)}</div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Screenshot({ disabled, onSave, onCopy }: { disabled: boolean; onSave(): void; onCopy(): void }) {
  const { t } = useTranslation("viewer");
  return (
    <Menu {...MENU} disabled={disabled}>
      <Menu.Target>
        <Tool label={t("screenshot")} icon={IconCamera} disabled={disabled} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onCopy}>{t("copyScreenshot")}</Menu.Item>
        <Menu.Item onClick={onSave}>{t("saveScreenshot")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
