// What this browser remembers. Every value is checked when it is read, because
// older versions or the user may have written it; without storage nothing is
// remembered and nothing breaks.

/** Reads a remembered value, or undefined if there is none that `check` accepts. */
export function recall<T>(key: string, check: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(`jump.${key}`) ?? "null");
    return check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a value, if the browser lets us. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`jump.${key}`, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the preference then lasts as long as the page.
  }
}

export const isString = (value: unknown): value is string => typeof value === "string";
export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
export const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString);
