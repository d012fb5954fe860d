import type { Platform } from "../api/types";
import type { Key, Say } from "../i18n/useTexts";

export type System = Platform["system"];
export type Arch = Platform["arch"];

/** The systems in the order in which they are offered. */
export const systems: readonly System[] = ["windows", "mac", "linux"];

/** What kind of installer it is, apart from its system and processor. */
export type Kind = Platform["kind"] | "headless";

const kinds: readonly Kind[] = ["exe", "msi", "pkg", "bin", "headless", "deb", "rpm"];

export function kindOf(platform: Pick<Platform, "kind" | "headless">): Kind {
  return platform.headless ? "headless" : platform.kind;
}

/** The kinds that a system has, the usual one first. */
export function kindsOf(platforms: readonly Platform[], system: System): Kind[] {
  const there = new Set(platforms.filter((one) => one.system === system).map(kindOf));
  return kinds.filter((kind) => there.has(kind));
}

/** The platforms of one kind, which differ in the processor. */
export function variants(platforms: readonly Platform[], system: System, kind: Kind): Platform[] {
  return platforms.filter((one) => one.system === system && kindOf(one) === kind);
}

const full: Record<Kind, Key> = {
  exe: "platform.fullExe",
  msi: "platform.fullMsi",
  bin: "platform.fullBin",
  headless: "platform.fullHeadless",
  deb: "platform.fullDeb",
  rpm: "platform.fullRpm",
  pkg: "platform.fullPkg",
};

/** A platform's name for people: "Windows on ARM", "Linux without a desktop". */
export function nameOf(platform: Platform, t: Say): string {
  const system = t(full[kindOf(platform)]);
  return platform.arch === "arm64" ? t("platform.onArm", { system }) : system;
}

/** The same of an id, which may be empty or of a platform that the site has no more. */
export function nameOfId(platforms: readonly Platform[], id: string, t: Say): string {
  const found = platforms.find((one) => one.id === id);
  return found ? nameOf(found, t) : id;
}
