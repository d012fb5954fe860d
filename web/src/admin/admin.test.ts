// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import type { Alarm, MailSettings } from "../api/types";
import type { Say } from "../i18n/useTexts";
import { wordsOf } from "./alarms";
import { changed, draftOf } from "./mail";

const now: MailSettings = {
  host: "mail.example.com",
  port: 587,
  security: "starttls",
  user: "jump",
  password_set: true,
  from: "jump@example.com",
  from_name: "Example Support",
};

describe("mail settings", () => {
  it("begin with what is set, and without a password", () => {
    expect(draftOf(now)).not.toHaveProperty("password");
    expect(draftOf({ ...now, port: 0, security: "tls" }).port).toBe(465);
  });
  it("are unsaved when anything was typed", () => {
    expect(changed(now, draftOf(now))).toBe(false);
    expect(changed(now, { ...draftOf(now), password: "secret" })).toBe(true);
    expect(changed(now, { ...draftOf(now), from: "other@example.com" })).toBe(true);
    expect(changed(now, { ...draftOf(now), security: "none" })).toBe(true);
  });
});

describe("wordsOf", () => {
  const t = ((key, values) => [key, ...Object.values(values ?? {})].join(" ")) as Say;
  const alarm = (kind: string) =>
    wordsOf(
      {
        id: "1",
        kind,
        at: "2026-11-02T00:00:00Z",
        text_code: "x",
        text: "The site asks.",
        hint: "Answer.",
        count: 2000,
      } as Alarm,
      t,
    );

  it("asks once more before clients are removed", () => {
    expect(alarm("mass_removal").title).toContain("2000");
    expect(alarm("mass_removal").confirm).toBeDefined();
    expect(alarm("clock_jump").confirm).toBeUndefined();
    expect(alarm("restored_site").confirm).toBeUndefined();
  });
  it("are the site's own for what the console does not know", () => {
    expect(alarm("of a later version")).toMatchObject({ title: "The site asks.", text: "Answer." });
  });
});
