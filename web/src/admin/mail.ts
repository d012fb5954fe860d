import type { MailChange, MailSettings } from "../api/types";

/** What the form holds; the password only after somebody has typed one. */
export type Draft = Omit<MailSettings, "password_set"> & Pick<MailChange, "password">;

/** The port that each kind of encryption usually has (RFC 8314, RFC 5321). */
export const usualPort: Record<MailSettings["security"], number> = { starttls: 587, tls: 465, none: 25 };

/** What the form begins with; the password is not known and left alone unless somebody types one. */
export function draftOf({ password_set: _, ...now }: MailSettings): Draft {
  return { ...now, port: now.port || usualPort[now.security] };
}

/** Whether a draft says something else than what is set. */
export function changed(now: MailSettings, draft: Draft): boolean {
  const before = draftOf(now);
  return (
    draft.password !== undefined ||
    (["host", "port", "security", "user", "from", "from_name"] as const).some((field) => draft[field] !== before[field])
  );
}
