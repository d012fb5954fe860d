import type { Client } from "../api/types";

/** A client for tests: what is not said is plain. */
export function client(id: string, change: Partial<Client> = {}): Client {
  return {
    id,
    name: id,
    hostname: `${id}-host`,
    group: { code: "general", name: "General" },
    tag: "",
    comments: "",
    status: "online",
    method: "jump_client",
    mode: "service",
    system: "linux",
    system_name: "Debian GNU/Linux 12",
    arch: "amd64",
    version: "0.1.0",
    console_user: "",
    idle_seconds: 0,
    domain: "",
    workgroup: "",
    private_ip: "10.0.0.1",
    public_ip: "203.0.113.1",
    uptime_seconds: 60,
    cpu_percent: 1,
    memory_total: 1024,
    memory_used: 512,
    disk_total: 1024,
    disk_used: 512,
    channels: ["screen", "shell", "exec"],
    created_at: "2026-11-01T00:00:00Z",
    last_seen_at: "2026-11-02T00:00:00Z",
    sessions: 0,
    disabled: false,
    ...change,
  };
}
