// What the site's API says, under short names. The shapes are generated from
// its description (npm run schema), so that they cannot drift apart.
import type { components } from "./schema";

type Schemas = components["schemas"];

/** A Jump Client. Everything that its computer reports is a claim, to be shown as text. */
export type Client = Schemas["Client"];
export type Status = Client["status"];
/** What a client has found out about itself; texts are its claims. */
export type Examination = Schemas["Examination"];
export type Finding = Schemas["Finding"];
export type ClientPage = Schemas["ClientPage"];
export type ClientChange = Schemas["ChangeClientRequestBody"];
export type Counts = Schemas["Counts"];
export type Group = Schemas["Group"];
export type GroupRequest = Schemas["CreateGroupRequestBody"];
export type Me = Schemas["Me"];
export type Session = Schemas["Session"];
export type Site = Schemas["Site"];

/** A deployment key as it is listed: the secret is shown once, when it is made. */
export type DeploymentKey = Schemas["Installer"];
export type KeyRequest = Schemas["CreateInstallerRequestBody"];
export type KeyChange = Schemas["ExtendInstallerRequestBody"];
export type NewKey = Schemas["NewInstaller"];
export type Command = Schemas["Command"];
export type MailRequest = Schemas["MailInstallerRequestBody"];
export type Mailed = Schemas["Mailed"];

/** A kind of computer that an installer is made for. */
export type Platform = Schemas["Platform"];

/** What the page of an installer's link shows to whoever has it. */
export type Invitation = Schemas["Install"];

/** How the site sends mail. The password is written only, never read. */
export type MailSettings = Schemas["MailSettings"];
export type MailChange = Schemas["SetMailRequestBody"];
export type Limits = Schemas["Limits"];

/** When clients that stay away are removed (requirement E11). */
export type ClientSettings = Schemas["ClientSettings"];

/** Something that waits for an administrator's word. */
export type Alarm = Schemas["Alarm"];
export type AlarmAnswer = Schemas["AnswerAlarmRequestBody"]["answer"];
export type Copy = Schemas["Copy"];

/** What an account may do (requirement E12). */
export type Permission = "view" | "control" | "shell" | "exec" | "files" | "edit" | "remove" | "deploy";

/** What can be opened in a session. */
export type Channel = "screen" | "shell" | "exec" | "files";
