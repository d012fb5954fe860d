import { useQuery } from "@tanstack/react-query";
import { getPlatforms } from "../api/calls";
import type { Platform } from "../api/types";

const none: Platform[] = [];

/** The platforms that the site knows, as soon as it has told. */
export function usePlatforms(): Platform[] {
  return useQuery({ queryKey: ["platforms"], queryFn: getPlatforms }).data ?? none;
}
