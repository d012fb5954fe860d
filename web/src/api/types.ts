// What the site's API says, under short names. The shapes are generated from
// its description (npm run schema), so that they cannot drift apart.
import type { components } from "./schema";

type Schemas = components["schemas"];

/** A Jump Client. Everything that its computer reports is a claim, to be shown as text. */
export type Client = Schemas["Client"];
export type Status = Client["status"];
export type ClientPage = Schemas["ClientPage"];
export type ClientChange = Schemas["ChangeClientRequestBody"];
export type Counts = Schemas["Counts"];
export type Group = Schemas["Group"];
export type Me = Schemas["Me"];
export type Session = Schemas["Session"];
export type Site = Schemas["Site"];

/** A deployment key as it is listed: the secret is shown once, when it is made. */
export type DeploymentKey = Schemas["Installer"];

/** What an account may do (requirement E12). */
export type Permission = "view" | "control" | "shell" | "exec" | "edit" | "remove" | "deploy";

/** What can be opened in a session. */
export type Channel = "screen" | "shell" | "exec";
