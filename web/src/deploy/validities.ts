/** How long an installer may be valid; the site takes 10 minutes to a year. */
export const validities = [
  { value: "10m", text: "deploy.minutes10" },
  { value: "1h", text: "deploy.hours1" },
  { value: "24h", text: "deploy.hours24" },
  { value: "168h", text: "deploy.days7" },
  { value: "720h", text: "deploy.days30" },
  { value: "2160h", text: "deploy.days90" },
  { value: "8760h", text: "deploy.days365" },
] as const;

export type Validity = (typeof validities)[number]["value"];

/** When something ends, in milliseconds, that is valid for so long from `now`. */
export function endOf(validity: string, now: number): number {
  const unit = validity.endsWith("m") ? 60_000 : 3_600_000;
  return now + Number.parseInt(validity, 10) * unit;
}

/** What to offer for an extension: a day, or more if that would be over before the present end is. */
export function extension(expiresAt: string, now: number): Validity {
  const present = Date.parse(expiresAt);
  const offered = validities.slice(validities.findIndex(({ value }) => value === "24h"));
  return offered.find(({ value }) => endOf(value, now) > present)?.value ?? "8760h";
}
