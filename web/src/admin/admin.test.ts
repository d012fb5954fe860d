import { describe, expect, it } from "vitest";
import type { MailSettings } from "../api/types";
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
