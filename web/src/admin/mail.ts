import type { MailChange, MailSettings } from "../api/contract";

/** The port that each kind of encryption usually has (RFC 8314, RFC 5321). */
export const usualPort: Record<MailSettings["security"], number> = { starttls: 587, tls: 465, none: 25 };

/** What the form begins with; the password is not known and left alone unless somebody types one. */
export function draftOf({ host, port, security, user, from }: MailSettings): MailChange {
  return { host, port: port || usualPort[security], security, user, from };
}

/** Whether a draft says something else than what is set. */
export function changed(now: MailSettings, draft: MailChange): boolean {
  const before = draftOf(now);
  return (
    draft.password !== undefined ||
    (["host", "port", "security", "user", "from"] as const).some((field) => draft[field] !== before[field])
  );
}
