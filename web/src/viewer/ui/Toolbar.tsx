import { ActionIcon, Menu, SegmentedControl, Tooltip } from "@mantine/core";
import {
  IconActivity,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconAspectRatio,
  IconCamera,
  IconCheck,
  IconEye,
  IconKeyboard,
  IconLogout,
  IconPhotoCog,
  IconPin,
  IconPinned,
  IconPointer,
  IconPower,
  IconRelationOneToOne,
  IconTextPlus,
  IconX,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Display } from "../../wire";
import { Sym } from "../input/keysyms";
import type { Preferences, Quality } from "../preferences";
import classes from "./Toolbar.module.css";

/** What the toolbar shows and does. */
export interface ToolbarProps {
  preferences: Preferences;
  onPreferences(change: Partial<Preferences>): void;
  displays: Display[];
  shown: number;
  onShow(display: number): void;
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
  onScreenshot(): void;
  onLeave?: () => void;
}

/** The bar over the screen: everything that cannot be said with pointer and keyboard. */
export function Toolbar(props: ToolbarProps) {
  const { t } = useTranslation("viewer");
  const { preferences: p, onPreferences: prefer, fullScreen, viewOnly, mayControl } = props;
  const mute = viewOnly || !props.live;
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("toolbar")}>
      <Tool
        label={t(p.pinned ? "unpin" : "pin")}
        icon={p.pinned ? IconPinned : IconPin}
        onClick={() => prefer({ pinned: !p.pinned })}
      />
      <Rule />
      {props.displays.length > 1 && <Monitors {...props} />}
      <Tool
        label={t(p.zoom === "fit" ? "actual" : "fit")}
        icon={p.zoom === "fit" ? IconRelationOneToOne : IconAspectRatio}
        onClick={() => prefer({ zoom: p.zoom === "fit" ? "actual" : "fit" })}
      />
      <Tool
        label={t(fullScreen ? "window" : "fullscreen")}
        icon={fullScreen ? IconArrowsMinimize : IconArrowsMaximize}
        onClick={props.onFullScreen}
      />
      <Rule />
      <Tool
        label={t(!mayControl ? "viewOnlyGranted" : viewOnly ? "control" : "viewOnly")}
        icon={viewOnly ? IconEye : IconPointer}
        active={viewOnly}
        disabled={!mayControl || !props.live}
        onClick={props.onViewOnly}
      />
      <Tool
        label={t("attention")}
        icon={IconPower}
        disabled={viewOnly}
        onClick={props.onAttention}
        wide="Ctrl+Alt+Del"
      />
      <Keys disabled={mute} onKeys={props.onKeys} />
      <LogOut disabled={mute} onLogOut={props.onLogOut} />
      <Tool label={t("typeText")} icon={IconTextPlus} disabled={mute} onClick={props.onTypeText} />
      <Rule />
      <Qualities quality={p.quality} onQuality={(quality) => prefer({ quality })} />
      <Tool
        label={t("screenshot")}
        icon={IconCamera}
        disabled={props.displays.length === 0}
        onClick={props.onScreenshot}
      />
      <Tool
        label={t("figures")}
        icon={IconActivity}
        active={p.figures}
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

interface ToolProps {
  label: string;
  icon: TablerIcon;
  onClick?: () => void;
  active?: boolean;
  disabled?: boolean;
  wide?: string; // words beside the icon
}

function Tool({ label, icon: Icon, onClick, active = false, disabled = false, wide }: ToolProps) {
  return (
    <Hint label={label}>
      <ActionIcon
        className={classes.tool}
        data-active={active || undefined}
        data-wide={wide ? true : undefined}
        variant="subtle"
        color="gray"
        size={30}
        radius="sm"
        aria-label={label}
        aria-pressed={active}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon size={17} stroke={1.7} />
        {wide && <span className={classes.words}>{wide}</span>}
      </ActionIcon>
    </Hint>
  );
}

/** A tooltip that also shows in full screen, where the rest of the page is away. */
function Hint({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Tooltip label={label} openDelay={350} withinPortal={false} position="bottom" offset={8} zIndex={20}>
      <div className={classes.anchor}>{children}</div>
    </Tooltip>
  );
}

function Rule() {
  return <div className={classes.rule} />;
}

function Monitors({ displays, shown, onShow }: ToolbarProps) {
  const { t } = useTranslation("viewer");
  const data = displays.map((d, i) => ({ value: String(d.id), label: d.name || t("monitor", { number: i + 1 }) }));
  return (
    <>
      <SegmentedControl size="xs" data={data} value={String(shown)} onChange={(v) => onShow(Number(v))} />
      <Rule />
    </>
  );
}

/** What browsers and window systems keep to themselves, by the name of its text. */
const KEYS: readonly [label: string, keysyms: readonly number[]][] = [
  ["windowsKey", [Sym.SuperLeft]],
  ["altTab", [Sym.AltLeft, Sym.Tab]],
  ["escape", [Sym.Escape]],
  ["printScreen", [Sym.PrintScreen]],
  ["capsLock", [Sym.CapsLock]],
  ["console", [Sym.ControlLeft, Sym.AltLeft, Sym.F1]],
];

function Keys({ disabled, onKeys }: { disabled: boolean; onKeys(keysyms: readonly number[]): void }) {
  const { t } = useTranslation("viewer");
  return (
    <Menu withinPortal={false} position="bottom" offset={8} shadow="md" zIndex={20} disabled={disabled}>
      <Menu.Target>
        <div className={classes.anchor}>
          <Tool label={t("keys")} icon={IconKeyboard} disabled={disabled} />
        </div>
      </Menu.Target>
      <Menu.Dropdown>
        {KEYS.map(([label, keysyms]) => (
          <Menu.Item key={label} onClick={() => onKeys(keysyms)}>
            {t(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Asks once more: nothing is saved, and nobody at the computer is asked. */
function LogOut({ disabled, onLogOut }: { disabled: boolean; onLogOut(): void }) {
  const { t } = useTranslation("viewer");
  return (
    <Menu withinPortal={false} position="bottom" offset={8} shadow="md" zIndex={20} width={250} disabled={disabled}>
      <Menu.Target>
        <div className={classes.anchor}>
          <Tool label={t("logOut")} icon={IconLogout} disabled={disabled} />
        </div>
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
    <Menu withinPortal={false} position="bottom" offset={8} shadow="md" zIndex={20} width={250}>
      <Menu.Target>
        <div className={classes.anchor}>
          <Tool label={t("quality")} icon={IconPhotoCog} />
        </div>
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
