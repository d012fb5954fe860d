import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getAlarms } from "../api/calls";
import { useLive } from "../app/live";
import { useMe } from "../app/me";

/** What waits for an administrator's word, as the site tells of it; nothing for everybody else. */
export function useAlarms() {
  const admin = useMe().role === "admin";
  const queries = useQueryClient();
  useLive(({ type }) => {
    if (admin && (type === "alarm" || type === "resync")) void queries.invalidateQueries({ queryKey: ["alarms"] });
  });
  return useQuery({ queryKey: ["alarms"], queryFn: getAlarms, enabled: admin });
}
