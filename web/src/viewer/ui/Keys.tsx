import { Menu } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { keysymOfCharacter, Sym } from "../input/keysyms";
import { MENU, Tool } from "./Tool";

/** The keys of a combination, by the names of their texts; a single letter is itself. */
type Combination = readonly (keyof typeof NAMED | string)[];

const NAMED: Record<string, number> = {
  ctrl: Sym.ControlLeft,
  alt: Sym.AltLeft,
  shift: Sym.ShiftLeft,
  win: Sym.SuperLeft,
  tab: Sym.Tab,
  esc: Sym.Escape,
  print: Sym.PrintScreen,
  caps: Sym.CapsLock,
  F1: Sym.F1,
  F4: Sym.F4,
};

/** What browsers and window systems keep to themselves. */
const GROUPS: readonly Combination[][] = [
  [["win"], ["win", "L"], ["win", "R"], ["win", "E"], ["win", "D"]],
  [
    ["alt", "tab"],
    ["alt", "F4"],
    ["ctrl", "esc"],
    ["ctrl", "shift", "esc"],
    ["ctrl", "W"],
    ["ctrl", "T"],
    ["ctrl", "N"],
    ["ctrl", "Q"],
  ],
  [["print"], ["alt", "print"], ["esc"], ["caps"], ["ctrl", "alt", "F1"]],
];

/** Returns the keysyms of a combination. */
export function keysymsOf(combination: Combination): number[] {
  return combination.map((key) => NAMED[key] ?? keysymOfCharacter(key.toLowerCase()));
}

/** The menu of keys that a browser does not let through. */
export function Keys({ disabled, onKeys }: { disabled: boolean; onKeys(keysyms: readonly number[]): void }) {
  const { t } = useTranslation("viewer");
  const name = (keys: Combination) => keys.map((key) => t(`key.${key}`, { defaultValue: key })).join("+");
  return (
    <Menu {...MENU} disabled={disabled}>
      <Menu.Target>
        <Tool label={t("keys")} icon={IconKeyboard} disabled={disabled} />
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: "auto" }}>
        {GROUPS.map((group, i) => (
          <div key={group[0]?.join()}>
            {i > 0 && <Menu.Divider />}
            {group.map((keys) => (
              <Menu.Item key={keys.join()} onClick={() => onKeys(keysymsOf(keys))}>
                {name(keys)}
              </Menu.Item>
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
