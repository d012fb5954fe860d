// Every question that the console asks the site, by name.
import type { Language } from "../i18n";
import { call, callFile } from "./http";
import type {
  Alarm,
  AlarmAnswer,
  Client,
  ClientChange,
  ClientPage,
  ClientSettings,
  DeploymentKey,
  Examination,
  Group,
  GroupRequest,
  Invitation,
  KeyChange,
  KeyRequest,
  Limits,
  MailChange,
  Mailed,
  MailRequest,
  MailSettings,
  Me,
  NewKey,
  Platform,
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
export const examineClient = (id: string) => call<Examination>("POST", `/clients/${part(id)}/examination`);
export const removeClient = (id: string) => call<void>("DELETE", `/clients/${part(id)}`);

export const getGroups = () => call<{ items: Group[] }>("GET", "/groups").then((answer) => answer.items);

export const createGroup = (body: GroupRequest) => call<Group>("POST", "/groups", { body });

export const getPlatforms = () => call<{ items: Platform[] }>("GET", "/platforms").then((answer) => answer.items);

export const getKeys = () => call<{ items: DeploymentKey[] }>("GET", "/installers").then((answer) => answer.items);
export const createKey = (body: KeyRequest) => call<NewKey>("POST", "/installers", { body });
export const changeKey = (uid: string, body: KeyChange) =>
  call<DeploymentKey>("PATCH", `/installers/${part(uid)}`, { body });
export const revokeKey = (uid: string) => call<void>("DELETE", `/installers/${part(uid)}`);
export const mailKey = (uid: string, body: MailRequest) =>
  call<Mailed>("POST", `/installers/${part(uid)}/mail`, { body });

/** Where an installer file is fetched from, with the key in the body of a POST. */
export const filePath = (uid: string, platform: string) => `/install/${part(uid)}/${part(platform)}`;
export const getInvitation = (uid: string) => call<Invitation>("GET", `/install/${part(uid)}`);
export const getInstaller = (uid: string, platform: string, keyInfo: string) =>
  callFile("POST", filePath(uid, platform), { body: { key_info: keyInfo } });

export const getMailSettings = () => call<MailSettings>("GET", "/settings/mail");
export const setMailSettings = (body: MailChange) => call<MailSettings>("PUT", "/settings/mail", { body });
export const testMail = (recipient: string, language: Language) =>
  call<void>("POST", "/settings/mail/test", { body: { recipient, language } });
export const getLimits = () => call<Limits>("GET", "/settings/limits");
export const setLimits = (body: Pick<Limits, "max_clients" | "max_active">) =>
  call<Limits>("PUT", "/settings/limits", { body });
export const getClientSettings = () => call<ClientSettings>("GET", "/settings/clients");
export const setClientSettings = (body: ClientSettings) => call<ClientSettings>("PATCH", "/settings/clients", { body });

export const getAlarms = () => call<{ items: Alarm[] }>("GET", "/alarms").then((answer) => answer.items);
export const answerAlarm = (id: string, answer: AlarmAnswer, copy?: string) =>
  call<void>("POST", `/alarms/${part(id)}`, { body: { answer, copy } });

export const startSession = (client: string, viewOnly = false) =>
  call<Session>("POST", "/sessions", { body: { client_id: client, view_only: viewOnly || undefined } });
export const getSession = (id: string) => call<Session>("GET", `/sessions/${part(id)}`);
export const endSession = (id: string) => call<void>("DELETE", `/sessions/${part(id)}`);
