/** How to start a Jump Client with a key, in the words of one kind of system. */
export interface Command {
  system: "unix" | "windows";
  line: string;
}

/** The commands to copy. KEY_INFO is lower-case base32, so no shell finds anything to read in it. */
export function commands(keyInfo: string): Command[] {
  return [
    { system: "unix", line: `./jumpclient run --dir ./jump-data --key-info ${keyInfo}` },
    { system: "windows", line: `.\\jumpclient.exe run --dir .\\jump-data --key-info ${keyInfo}` },
  ];
}

/** How long a key may be valid; the site takes 10 minutes to a year. */
export const validities = [
  { value: "10m", text: "deploy.minutes10" },
  { value: "1h", text: "deploy.hours1" },
  { value: "24h", text: "deploy.hours24" },
  { value: "168h", text: "deploy.days7" },
  { value: "720h", text: "deploy.days30" },
  { value: "2160h", text: "deploy.days90" },
  { value: "8760h", text: "deploy.days365" },
] as const;
