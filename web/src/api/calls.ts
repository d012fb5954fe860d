// Every question that the console asks the site, by name.
import { call } from "./http";
import type {
  Client,
  ClientChange,
  ClientPage,
  DeploymentKey,
  Group,
  KeyRequest,
  Me,
  NewKey,
  Session,
  Site,
} from "./types";

const part = encodeURIComponent;

export const getSite = () => call<Site>("GET", "/site");
export const getMe = () => call<Me>("GET", "/me");
export const signIn = (name: string, password: string) => call<Me>("POST", "/login", { body: { name, password } });
export const signOut = () => call<void>("POST", "/logout");

/** What a list of Jump Clients is asked with; the site's own defaults for what is left out. */
export interface ClientParams {
  group?: string;
  tag?: string;
  status?: string;
  search?: string;
  fields?: string;
  sort?: string;
  order?: string;
  limit?: number;
  cursor?: string;
}

export const getClients = (params: ClientParams, signal?: AbortSignal) =>
  call<ClientPage>("GET", "/clients", { params: { ...params }, signal });
export const getClient = (id: string) => call<Client>("GET", `/clients/${part(id)}`);
export const changeClient = (id: string, body: ClientChange) => call<Client>("PATCH", `/clients/${part(id)}`, { body });
export const removeClient = (id: string) => call<void>("DELETE", `/clients/${part(id)}`);

export const getGroups = () => call<{ items: Group[] }>("GET", "/groups").then((answer) => answer.items);

export const getKeys = () => call<{ items: DeploymentKey[] }>("GET", "/installers").then((answer) => answer.items);
export const createKey = (body: KeyRequest) => call<NewKey>("POST", "/installers", { body });
export const revokeKey = (uid: string) => call<void>("DELETE", `/installers/${part(uid)}`);

export const startSession = (client: string) => call<Session>("POST", "/sessions", { body: { client_id: client } });
export const getSession = (id: string) => call<Session>("GET", `/sessions/${part(id)}`);
export const endSession = (id: string) => call<void>("DELETE", `/sessions/${part(id)}`);
