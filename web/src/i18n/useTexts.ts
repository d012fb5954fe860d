import { useTranslation } from "react-i18next";
import type { Texts } from "./en";

/** A text's singular and plural are one key to whoever asks for it. */
type Plain<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

type Keys<T> = {
  [K in keyof T & string]: T[K] extends string ? Plain<K> : `${K}.${Keys<T[K]>}`;
}[keyof T & string];

/** The name of a text of the console. */
export type Key = Keys<Texts>;

/** Says a text in the language in use; `count` chooses between singular and plural. */
export type Say = (key: Key, values?: Record<string, string | number>) => string;

/** The texts of the console. The component is drawn anew when the language changes. */
export function useTexts(): { t: Say } {
  return useTranslation() as unknown as { t: Say };
}
