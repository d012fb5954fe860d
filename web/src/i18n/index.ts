import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { isString, recall, remember } from "../app/preferences";
import type { Texts } from "./en";
import type { Message } from "./problems.en";

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

const loaders: Record<Language, () => Promise<{ texts: Texts; problems: Record<string, Message> }>> = {
  en: async () => ({ texts: (await import("./en")).default, problems: (await import("./problems.en")).default }),
  de: async () => ({ texts: (await import("./de")).default, problems: (await import("./problems.de")).default }),
};

const problems: Partial<Record<Language, Record<string, Message>>> = {};

const isLanguage = (value: string): value is Language => (languages as readonly string[]).includes(value);

/** The first of ours among the languages that somebody likes, as BCP 47 tags. */
export function prefer(liked: readonly string[]): Language {
  for (const tag of liked) {
    const primary = tag.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(primary)) return primary;
  }
  return "en";
}

/** The language in use. */
export function language(): Language {
  return isLanguage(i18next.language) ? i18next.language : "en";
}

/** The language in use as numbers and dates want it: with the country that the browser prefers, if it names one. */
export function locale(): string {
  const now = language();
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${now}-`)) ?? now;
}

/** The message for a code in the language in use, if this console knows the code. */
export function messageFor(code: string): Message | undefined {
  const known = problems[language()];
  return known && Object.hasOwn(known, code) ? known[code] : undefined;
}

/** Begins in the remembered language, or in the browser's. */
export async function startLanguage(): Promise<void> {
  const chosen = recall("language", isString);
  await i18next.use(initReactI18next).init({
    resources: {},
    lng: undefined,
    fallbackLng: false,
    interpolation: { escapeValue: false }, // React escapes
    react: { useSuspense: false },
  });
  await speak(chosen && isLanguage(chosen) ? chosen : prefer(navigator.languages));
}

/** Changes to a language and remembers it. */
export async function chooseLanguage(next: Language): Promise<void> {
  remember("language", next);
  await speak(next);
}

async function speak(next: Language): Promise<void> {
  const { texts, problems: messages } = await loaders[next]();
  problems[next] = messages;
  i18next.addResourceBundle(next, "translation", texts, true, true);
  await i18next.changeLanguage(next);
  document.documentElement.lang = next;
}

/** Adds the texts of a part that is loaded later, as a namespace of its own. */
export function addTexts(namespace: "viewer", texts: Record<Language, object>): void {
  for (const code of languages) i18next.addResourceBundle(code, namespace, texts[code], true, true);
}
