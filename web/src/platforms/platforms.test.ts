// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from "vitest";
import i18next from "i18next";
import { chooseLanguage, startLanguage } from "../i18n";
import type { Say } from "../i18n/useTexts";
import { platforms } from "../test/platforms";
import { computerOf, lookCloser, suits } from "./computer";
import { kindsOf, nameOf, nameOfId, variants } from "./platforms";

const agents = {
  windows:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  mac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
  linux: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  arm: "Mozilla/5.0 (X11; Linux aarch64; rv:145.0) Gecko/20100101 Firefox/145.0",
  android:
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
  iphone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1",
};
const browser = (userAgent: string, maxTouchPoints = 0) => ({ userAgent, maxTouchPoints });

describe("computerOf", () => {
  it.each([
    [agents.windows, 10, "windows", undefined],
    [agents.mac, 0, "mac", undefined],
    [agents.mac, 5, undefined, undefined], // an iPad
    [agents.linux, 0, "linux", undefined],
    [agents.arm, 0, "linux", "arm64"],
    [agents.android, 5, undefined, undefined],
    [agents.iphone, 5, undefined, undefined],
    ["curl/8", 0, undefined, undefined],
  ])("%s", (agent, touches, system, arch) => {
    expect(computerOf(browser(agent, touches))).toEqual({ system, arch });
  });

  it("learns the processor from a browser that tells it", async () => {
    const userAgentData = { getHighEntropyValues: async () => ({ architecture: "arm" }) };
    expect(await lookCloser({ ...browser(agents.windows), userAgentData })).toEqual({
      system: "windows",
      arch: "arm64",
    });
    expect(await lookCloser(browser(agents.windows))).toEqual({ system: "windows", arch: "x64" });
  });

  it("does without where that is refused", async () => {
    const userAgentData = { getHighEntropyValues: async () => Promise.reject(new Error("no")) };
    expect(await lookCloser({ ...browser(agents.mac), userAgentData })).toEqual({ system: "mac", arch: undefined });
  });
});

describe("suits", () => {
  const of = (agent: string, arch?: "x64" | "arm64", ...absent: string[]) =>
    suits(platforms(...absent), { ...computerOf(browser(agent)), ...(arch && { arch }) })?.id;

  it("is the program for the system and processor", () => {
    expect(of(agents.windows)).toBe("win64-exe");
    expect(of(agents.windows, "arm64")).toBe("winarm64-exe");
    expect(of(agents.mac)).toBe("mac");
    expect(of(agents.linux)).toBe("linux-x64");
    expect(of(agents.arm)).toBe("linux-arm64");
  });
  it("is what the site has, but never for a processor that cannot run it", () => {
    expect(of(agents.windows, "x64", "win64-exe")).toBe("win64-msi");
    expect(of(agents.windows, "arm64", "winarm64-exe", "win64-msi")).toBe("winarm64-exe");
    expect(of(agents.arm, "arm64", "linux-arm64")).toBe("linux-headless-arm64");
  });
  it("is of the kind that somebody chose for this system", () => {
    const of = (favourite: string, agent = agents.linux) =>
      suits(platforms(), computerOf(browser(agent)), favourite)?.id;
    expect(of("linux-headless-x64")).toBe("linux-headless-x64");
    expect(of("linux-headless-x64", agents.arm)).toBe("linux-headless-arm64");
    expect(of("linux-headless-x64", agents.windows)).toBe("win64-exe");
    expect(of("win64-msi", agents.windows)).toBe("win64-msi");
  });
  it("is nothing for a telephone", () => {
    expect(of(agents.iphone)).toBeUndefined();
    expect(of(agents.android)).toBeUndefined();
  });
});

describe("platforms", () => {
  beforeAll(async () => {
    await startLanguage();
    await chooseLanguage("en");
  });
  const t = ((key, values) => i18next.t(key, values ?? {})) as Say;
  const all = platforms();

  it("are kinds and their processors", () => {
    expect(kindsOf(all, "linux")).toEqual(["bin", "headless", "deb", "rpm"]);
    expect(kindsOf(all, "windows")).toEqual(["exe", "msi"]);
    expect(variants(all, "linux", "headless").map(({ id }) => id)).toEqual([
      "linux-headless-x64",
      "linux-headless-arm64",
    ]);
  });
  it("have names", () => {
    expect(new Set(all.map((one) => nameOf(one, t))).size).toBe(all.length);
    expect(nameOfId(all, "winarm64-exe", t)).toBe("Windows on ARM");
    expect(nameOfId(all, "amiga", t)).toBe("amiga");
    expect(nameOfId(all, "", t)).toBe("");
  });
});
