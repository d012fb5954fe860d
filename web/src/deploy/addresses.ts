/** How many people an installer is mailed to at once. */
export const maxRecipients = 50;

/**
 * Whether a text looks like an e-mail address. The mail server has the last
 * word; this only finds slips of the keyboard.
 */
export function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>(),;:"\\[\]]+@[^\s@<>(),;:"\\[\]]+\.[^\s@<>(),;:"\\[\].]+$/.test(text);
}

/** The addresses in a text such as "Ada <ada@example.com>; bob@example.com". */
export function addressesIn(text: string): string[] {
  return text
    .split(/[,;\n]+/)
    .map((one) => (/<([^<>]*)>/.exec(one)?.[1] ?? one).trim())
    .filter(Boolean);
}
