import { Menu } from "@mantine/core";
import { IconAdjustments, IconBolt, IconCopy, IconDeviceDesktop, IconTerminal2, IconTrash } from "@tabler/icons-react";
import { useTexts } from "../i18n/useTexts";
import type { Channel, Client } from "../api/types";
import { useMay } from "../app/me";
import { showProblem } from "../ui/problems";
import { address } from "./columns";

/** Where a context menu was asked for. */
export interface MenuPlace {
  client: Client;
  x: number;
  y: number;
}

interface Props {
  place: MenuPlace | undefined;
  several: boolean; // the menu is for more than one row
  onClose: () => void;
  onJump: (client: Client, channel?: Channel) => void;
  onProperties: () => void;
  onRemove: () => void;
}

const copy = (text: string) => void navigator.clipboard.writeText(text).catch(showProblem);

/** The context menu of a row. */
export function RowMenu({ place, several, onClose, onJump, onProperties, onRemove }: Props) {
  const { t } = useTexts();
  const may = useMay();
  if (!place) return null;
  const { client, x, y } = place;
  return (
    <Menu opened onClose={onClose} position="bottom-start" offset={0} width={220} returnFocus>
      <Menu.Target>
        <span style={{ position: "fixed", left: x, top: y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        {!several && (
          <>
            <Menu.Item leftSection={<IconBolt size={15} />} onClick={() => onJump(client)} fw={550}>
              {t("menu.jump")}
            </Menu.Item>
            {client.channels.includes("screen") && may("view") && (
              <Menu.Item leftSection={<IconDeviceDesktop size={15} />} onClick={() => onJump(client, "screen")}>
                {t("menu.screen")}
              </Menu.Item>
            )}
            {client.channels.includes("shell") && may("shell") && (
              <Menu.Item leftSection={<IconTerminal2 size={15} />} onClick={() => onJump(client, "shell")}>
                {t("menu.shell")}
              </Menu.Item>
            )}
            <Menu.Divider />
            <CopyItem text={t("menu.copyName")} value={client.name} />
            {client.hostname !== client.name && <CopyItem text={t("menu.copyHost")} value={client.hostname} />}
            <CopyItem text={t("menu.copyAddress")} value={address(client)} />
            {(may("edit") || may("remove")) && <Menu.Divider />}
          </>
        )}
        {may("edit") && (
          <Menu.Item leftSection={<IconAdjustments size={15} />} rightSection={<kbd>F2</kbd>} onClick={onProperties}>
            {t("menu.properties")}
          </Menu.Item>
        )}
        {may("remove") && (
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} rightSection={<kbd>Del</kbd>} onClick={onRemove}>
            {t("menu.remove")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function CopyItem({ text, value }: { text: string; value: string }) {
  if (!value) return null;
  return (
    <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => copy(value)}>
      {text}
    </Menu.Item>
  );
}
