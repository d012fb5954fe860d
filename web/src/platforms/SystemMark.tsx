import { IconBrandAppleFilled, IconBrandWindowsFilled, IconTerminal2 } from "@tabler/icons-react";
import type { System } from "./platforms";

const icons = { windows: IconBrandWindowsFilled, mac: IconBrandAppleFilled, linux: IconTerminal2 };

/** A system's mark; decorative, its name stands beside it. */
export function SystemMark({ system, size = 16 }: { system: System; size?: number }) {
  const Icon = icons[system];
  return <Icon size={size} stroke={1.7} aria-hidden="true" style={{ flex: "none" }} />;
}
