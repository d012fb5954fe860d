import type { components } from "./schema";

// Shapes of the API that concern installers, settings and alarms.

/** A kind of computer that an installer is made for (GET /platforms). */
export interface Platform {
  id: string; // linux-x64, linux-headless-x64, win64-exe, win64-msi, mac, …
  system: "linux" | "windows" | "mac";
  arch: "x64" | "arm64" | "any";
  kind: "bin" | "exe" | "msi" | "deb" | "rpm" | "pkg";
  headless: boolean;
  available: boolean; // whether the site has the file
  size: number; // bytes; 0 if it is not available
}

/** One way to install from a command line. */
export interface Command {
  platform: string;
  title: string;
  command: string;
}

type Made = components["schemas"]["NewInstaller"];

/** A deployment key as it is asked for. */
export type KeyRequest = components["schemas"]["CreateInstallerRequestBody"] & { mode?: Mode };

/** How a client is installed; empty: as the rights of who installs it allow. */
export type Mode = "" | "service" | "user";

/** A new deployment key, with its secret for the only time. */
export interface NewKey extends Omit<Made, "commands"> {
  url: string; // of the landing page, with the secret in its fragment
  commands: Command[];
  file_name?: string;
}

/** What can be changed of a deployment key. */
export interface KeyChange {
  valid_for?: string; // from now on
  max_uses?: number;
}

/** What the landing page of an installer shows to whoever has its link. */
export interface Invitation {
  site_name: string;
  name?: string;
  expires_at: string;
  usable: boolean;
  reason_code?: string;
  platforms: Platform[];
  default_platform: string;
}

/** How the site sends mail. The password is written only, never read. */
export interface MailSettings {
  host: string;
  port: number;
  security: "starttls" | "tls" | "none";
  user: string;
  password_set: boolean;
  from: string;
}

export type MailChange = Omit<MailSettings, "password_set"> & { password?: string };

export interface MailRequest {
  key_info: string;
  recipients: string[];
  language: "en" | "de";
  note: string;
}

/** When clients that stay away are removed (requirement E11). */
export interface ClientSettings {
  offline_days: number; // at least 15; 0: never
}

/** Something that waits for an administrator's word. */
export interface Alarm {
  id: string;
  kind: string;
  at: string;
  text_code: string;
  count: number;
}
