import type { Platform } from "../api/types";
import { type Arch, kindOf, type System } from "./platforms";

/** What the browser says about the computer that it runs on. Undefined values are not known. */
export interface Computer {
  system: System | undefined; // undefined: a telephone, a tablet, or none of ours
  arch: Arch | undefined;
}

interface Hints {
  mobile?: boolean;
  platform?: string;
  getHighEntropyValues?: (names: string[]) => Promise<{ architecture?: string }>;
}

type Described = Pick<Navigator, "userAgent" | "maxTouchPoints"> & { userAgentData?: Hints };

/** What can be read without waiting. An iPad says that it is a Mac; its touch screen gives it away. */
export function computerOf({ userAgent, maxTouchPoints, userAgentData }: Described): Computer {
  const none = { system: undefined, arch: undefined };
  if (userAgentData?.mobile || /Android|iPhone|iPad|iPod|Mobile|CrOS/.test(userAgent)) return none;
  if (userAgent.includes("Windows")) return { system: "windows", arch: undefined };
  if (userAgent.includes("Macintosh")) return maxTouchPoints > 1 ? none : { system: "mac", arch: undefined };
  if (!userAgent.includes("Linux")) return none;
  return { system: "linux", arch: /aarch64|arm64/.test(userAgent) ? "arm64" : undefined };
}

/** The same with the processor, which Chromium tells only to whoever waits for it. */
export async function lookCloser(browser: Described): Promise<Computer> {
  const computer = computerOf(browser);
  if (computer.arch) return computer;
  try {
    const hints = await browser.userAgentData?.getHighEntropyValues?.(["architecture"]);
    return { ...computer, arch: hints?.architecture === "arm" ? "arm64" : "x64" };
  } catch {
    return computer;
  }
}

/**
 * The platform that suits a computer best: its system, its processor, what the
 * site has before what it has not, and then the favourite's kind, or else the
 * program for one computer. Windows and macOS run programs for x64 on ARM too,
 * Linux does not. Undefined if there is none.
 */
export function suits(
  platforms: readonly Platform[],
  { system, arch }: Computer,
  favourite?: string,
): Platform | undefined {
  const liked = platforms.find(({ id }) => id === favourite);
  const likes = liked && liked.system === system ? kindOf(liked) : undefined;
  const usual = (one: Platform) => (likes ? kindOf(one) === likes : ["exe", "bin", "pkg"].includes(kindOf(one)));
  const fits = (one: Platform) => one.arch === (arch ?? "x64") || one.arch === "any";
  const rank = (one: Platform) => (fits(one) ? 0 : 4) + (one.available ? 0 : 2) + (usual(one) ? 0 : 1);
  const runs = (one: Platform) => one.system === system && (system !== "linux" || fits(one));
  return platforms.filter(runs).sort((a, b) => rank(a) - rank(b))[0];
}
