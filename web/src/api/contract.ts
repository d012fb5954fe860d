// Shapes that the site's description does not have yet; the others are in types.ts.

/** When clients that stay away are removed (requirement E11). */
export interface ClientSettings {
  offline_days: number; // at least 15; 0: never
}

/** Something that waits for an administrator's word. */
export interface Alarm {
  id: string;
  kind: string;
  at: string;
  text_code: string;
  count: number;
}
