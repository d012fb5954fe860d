// Shapes that the site's description does not have yet; the others are in types.ts.

/** When clients that stay away are removed (requirement E11). */
export interface ClientSettings {
  offline_days: number; // at least 15; 0: never
}

/** What is known of a client that is away (requirements E10, E11) or disabled (A7). */
export interface Absence {
  disabled: boolean; // by its user, when it was last online
  offline_since: string; // absent while it is online
  uninstalled_at: string; // absent unless it was uninstalled on its computer
  removal_due_at: string; // when it is removed if it does not come back
}

/** Something that waits for an administrator's word. */
export interface Alarm {
  id: string;
  kind: string;
  at: string;
  text_code: string;
  count: number;
}
