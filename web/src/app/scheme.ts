import { localStorageColorSchemeManager } from "@mantine/core";

/** Remembers light or dark where public/scheme.js looks before anything is painted. */
export const schemes = localStorageColorSchemeManager({ key: "jump.scheme" });
