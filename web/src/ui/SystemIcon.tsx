import {
  IconBrandAppleFilled,
  IconBrandWindowsFilled,
  IconDeviceDesktop,
  IconDeviceMobile,
  IconTerminal2,
} from "@tabler/icons-react";
import type { Client } from "../api/types";

type Machine = Pick<Client, "system" | "channels" | "system_name">;

/** A picture of what kind of computer it is. Decorative: the system's name is text elsewhere. */
export function SystemIcon({ client, size = 15 }: { client: Machine; size?: number }) {
  const Icon = pick(client);
  return <Icon size={size} stroke={1.6} aria-hidden="true" style={{ flex: "none" }} />;
}

function pick({ system, channels }: Machine) {
  switch (system) {
    case "windows":
      return IconBrandWindowsFilled;
    case "darwin":
      return IconBrandAppleFilled;
    case "android":
      return IconDeviceMobile;
  }
  return channels.includes("screen") ? IconDeviceDesktop : IconTerminal2;
}
