// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from "vitest";
import de from "./de";
import en from "./en";
import { formatAgo, formatBytes, formatClock, formatDuration, formatNumber } from "./format";
import { chooseLanguage, language, messageFor, prefer, startLanguage } from "./index";
import problemsDe from "./problems.de";
import problemsEn from "./problems.en";

function flatten(texts: object, path = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") all.set(path + key, value);
    else for (const [inner, text] of flatten(value, `${path}${key}.`)) all.set(inner, text);
  }
  return all;
}

const holes = (text = "") => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe("texts", () => {
  const [english, german] = [flatten(en), flatten(de)];

  it("are complete in both languages", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    for (const text of [...english.values(), ...german.values()]) expect(text.trim()).not.toBe("");
  });

  it("have the same holes in both languages", () => {
    for (const [key, text] of english) expect(holes(german.get(key)), key).toEqual(holes(text));
  });

  it("have a plural for every singular", () => {
    for (const key of english.keys()) {
      if (key.endsWith("_one")) expect(english.has(key.replace(/_one$/, "_other")), key).toBe(true);
    }
  });
});

describe("messages", () => {
  it("are there for M1 to M17 and everything else, in both languages", () => {
    for (let n = 1; n <= 17; n++) expect(problemsEn).toHaveProperty(`M${n}`);
    expect(Object.keys(problemsDe).sort()).toEqual(Object.keys(problemsEn).sort());
    for (const { text, hint } of [...Object.values(problemsEn), ...Object.values(problemsDe)]) {
      expect(text).toMatch(/[.!]$/);
      expect(hint).toMatch(/[.!]$/);
    }
  });
});

describe("prefer", () => {
  it.each([
    [["de-AT", "en"], "de"],
    [["fr", "de"], "de"],
    [["fr"], "en"],
    [[], "en"],
    [["EN-gb"], "en"],
  ])("%j", (liked, want) => {
    expect(prefer(liked)).toBe(want);
  });
});

describe("language", () => {
  beforeAll(startLanguage);

  it("changes with everything that depends on it, and is remembered", async () => {
    await chooseLanguage("de");
    expect(language()).toBe("de");
    expect(document.documentElement.lang).toBe("de");
    expect(messageFor("M8")?.text).toBe("Der Jump Client ist offline.");
    expect(formatNumber(100000)).toBe("100.000");
    await chooseLanguage("en");
    expect(messageFor("M8")?.text).toBe("The Jump Client is offline.");
    expect(localStorage.getItem("jump.language")).toBe('"en"');
  });

  it("has no message for a code that is no code", () => {
    expect(messageFor("toString")).toBeUndefined();
    expect(messageFor("of a later version")).toBeUndefined();
  });
});

describe("formats", () => {
  beforeAll(() => chooseLanguage("en"));

  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1536, "1.5 KB"],
    [16 * 2 ** 30, "16 GB"],
    [477.3 * 2 ** 30, "477 GB"],
    [-1, "0 B"],
  ])("%d bytes", (bytes, want) => {
    expect(formatBytes(bytes)).toBe(want);
  });

  it.each([
    [0, "0 s"],
    [61, "1 min"],
    [3600, "1 h"],
    [3660, "1 h 1 min"],
    [90000, "1 d 1 h"],
    [86400, "1 d"],
  ])("%d seconds", (seconds, want) => {
    expect(formatDuration(seconds)).toBe(want);
  });

  it.each([
    [5, "0:05"],
    [3725, "1:02:05"],
  ])("a clock after %d seconds", (seconds, want) => {
    expect(formatClock(seconds)).toBe(want);
  });

  it("says how long ago something was", () => {
    const now = Date.parse("2026-11-23T12:00:00Z");
    expect(formatAgo("2026-11-23T11:59:50Z", now)).toBe("just now");
    expect(formatAgo("2026-11-23T11:59:05Z", now)).toMatch(/1 min/);
    expect(formatAgo("2026-11-23T09:00:00Z", now)).toMatch(/3 hr/);
    expect(formatAgo("2026-11-01T09:00:00Z", now)).toMatch(/2026/);
    expect(formatAgo("nonsense", now)).toBe("");
  });
});
