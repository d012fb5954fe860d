import type { Platform } from "../api/types";

type Row = [string, Platform["system"], Platform["arch"], Platform["kind"], boolean?];

const rows: Row[] = [
  ["linux-x64", "linux", "x64", "bin"],
  ["linux-arm64", "linux", "arm64", "bin"],
  ["linux-headless-x64", "linux", "x64", "bin", true],
  ["linux-headless-arm64", "linux", "arm64", "bin", true],
  ["linux-deb-x64", "linux", "x64", "deb"],
  ["linux-rpm-x64", "linux", "x64", "rpm"],
  ["win64-exe", "windows", "x64", "exe"],
  ["win64-msi", "windows", "x64", "msi"],
  ["winarm64-exe", "windows", "arm64", "exe"],
  ["mac", "mac", "any", "pkg"],
];

/** The platforms of a site that has all files but those named. */
export function platforms(...absent: string[]): Platform[] {
  return rows.map(([id, system, arch, kind, headless = false]) => {
    const available = !absent.includes(id);
    return { id, system, arch, kind, headless, available, size: available ? 11_000_000 : 0 };
  });
}
