import { useQuery } from "@tanstack/react-query";
import { getAlarms } from "../api/calls";
import { useMe } from "../app/me";

/** What waits for an administrator's word, looked up again every minute; nothing for everybody else. */
export function useAlarms() {
  const admin = useMe().role === "admin";
  return useQuery({ queryKey: ["alarms"], queryFn: getAlarms, enabled: admin, refetchInterval: 60_000 });
}
