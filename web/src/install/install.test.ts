import { describe, expect, it } from "vitest";
import { platforms } from "../test/platforms";
import { cleanLink, isWhole, keyOf, problemOf } from "./link";
import { stepsFor } from "./steps";

// The key that installer/stamp's tests hold fast, too.
const sample =
  "aeaqeayeaudaocajbifqydiob4ibceqtcqkrmfyy3ps3ic4uz425ftdi5u4nukdgej4lxzri7rdlk7b3pjvxw7pxbyrado3tovyha33soqxgk6dbnvygyzjomnxw3l34y5yq";

describe("keyOf", () => {
  it.each([
    [`#${sample}`, sample],
    [`#${sample}>`, sample],
    [`#${sample}.`, sample],
    [`#${sample}%20`, sample],
    ["", ""],
    ["#", ""],
    ["#KEY", ""],
  ])("%s", (hash, want) => {
    expect(keyOf(hash)).toBe(want);
  });
});

describe("the link", () => {
  const back = new URL(`https://example.com/install/abc234?problem=key_unknown#${sample}`);

  it("may come back with a problem, which is not handed on", () => {
    expect(problemOf(back.search)).toBe("key_unknown");
    expect(problemOf("")).toBe("");
    expect(cleanLink(back)).toBe(`https://example.com/install/abc234#${sample}`);
  });
});

describe("isWhole", () => {
  it("knows a whole key", async () => {
    expect(await isWhole(sample)).toBe(true);
  });
  it.each([
    ["nothing", ""],
    ["half of one", sample.slice(0, 60)],
    ["one without its end", sample.slice(0, -1)],
    ["one with a changed letter", sample.replace("aeaq", "aeba")],
    ["one with two letters swapped", sample.replace("ydio", "yido")],
    ["one with more behind it", `${sample}aaaaaaaa`],
    ["a capital letter", sample.toUpperCase()],
    ["something endless", "a".repeat(100_000)],
  ])("knows %s from one", async (_, text) => {
    expect(await isWhole(text)).toBe(false);
  });
});

describe("stepsFor", () => {
  const commands = (id: string) => {
    const platform = platforms().find((one) => one.id === id);
    if (!platform) throw new Error(id);
    return stepsFor(platform, "abc234", sample).flatMap(({ command }) => command ?? []);
  };

  it("has the guide's commands for headless Linux (C2, C3, C5)", () => {
    expect(commands("linux-headless-x64")).toEqual([
      "sh ./bomgar-scc-abc234.bin --install-dir /home/username/jumpclient",
      "sh ./bomgar-scc-abc234.bin --install-dir /home/username/jumpclient --user jsmith",
      "/home/username/jumpclient/init-script start",
    ]);
  });
  it("asks nobody for a command who has a file to open", () => {
    expect(commands("win64-exe")).toEqual([]);
    expect(commands("mac")).toEqual([]);
  });
  it("gives the key to files that do not carry it", () => {
    for (const id of ["win64-msi", "linux-deb-x64", "linux-rpm-x64"]) expect(commands(id).join()).toContain(sample);
    for (const id of ["linux-x64", "linux-headless-x64"]) expect(commands(id).join()).not.toContain(sample);
  });
});
