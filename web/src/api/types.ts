// What the site's API says, as far as the console reads it.

export type Status = "online" | "offline" | "disabled" | "uninstalled";
export type Channel = "screen" | "shell" | "exec";
export type Permission = "view" | "control" | "shell" | "exec" | "edit" | "remove" | "deploy";

export interface Site {
  name: string;
  version: string;
  languages: string[];
}

export interface Me {
  name: string;
  role: "admin" | "representative";
  permissions: Permission[];
}

/** A Jump Client. Everything that its computer reports is a claim, to be shown as text. */
export interface Client {
  id: string;
  name: string;
  hostname: string;
  group: { code: string; name: string };
  tag: string;
  comments: string;
  status: Status;
  method: string;
  mode: string;
  system: string;
  system_name: string;
  arch: string;
  version: string;
  console_user: string;
  idle_seconds: number;
  domain: string;
  workgroup: string;
  private_ip: string;
  public_ip: string;
  uptime_seconds: number;
  cpu_percent: number;
  memory_total: number;
  memory_used: number;
  disk_total: number;
  disk_used: number;
  channels: Channel[];
  created_at: string;
  connected_at?: string;
  last_seen_at?: string;
  last_accessed_at?: string;
  sessions: number;
}

export interface Counts {
  total: number;
  online: number;
  offline: number;
  passive: number;
}

export interface ClientPage {
  items: Client[];
  next?: string;
  counts: Counts;
}

export interface ClientChange {
  name?: string;
  group?: string;
  tag?: string;
  comments?: string;
}

export interface Group {
  code: string;
  name: string;
  kind: "personal" | "shared";
  owner?: string;
  clients: number;
  tags: string[];
}

export interface Session {
  id: string;
  client_id: string;
  client_name: string;
  channels: Channel[];
  rights: string[];
  started_at: string;
}

export interface KeyRequest {
  group?: string;
  tag?: string;
  comments?: string;
  name?: string;
  valid_for?: string;
  max_uses?: number;
  overrides?: string[];
}

/** A deployment key as it is listed: the secret is shown once, when it is made. */
export interface DeploymentKey {
  uid: string;
  group?: string;
  tag?: string;
  name?: string;
  comments?: string;
  created_at?: string;
  created_by?: string;
  expires_at: string;
  max_uses: number;
  uses?: number;
  revoked_at?: string;
}

export interface NewKey {
  uid: string;
  key_info: string;
  expires_at: string;
  max_uses: number;
  commands?: Record<string, string>;
}
