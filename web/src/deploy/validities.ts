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
