import type { QueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import type { Me, Permission } from "../api/types";

const MeContext = createContext<Me | undefined>(undefined);
export const MeProvider = MeContext.Provider;

/** Somebody else is signed in now, or nobody: what was asked for the one before is forgotten. */
export function become(queries: QueryClient, me: Me | null): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
  queries.setQueryData(["me"], me);
}

/** Who is signed in. Only below the sign-in. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("nobody is signed in");
  return me;
}

/** Whether the account has a permission (requirement E12). The site checks it again; this only spares useless buttons. */
export function useMay(): (permission: Permission) => boolean {
  const me = useMe();
  return (permission) => me.role === "admin" || me.permissions.includes(permission);
}
