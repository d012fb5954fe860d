/**
 * Writes a table as CSV (RFC 4180), with a byte order mark so that spreadsheets
 * read it as UTF-8. Names and comments come from other people's computers: a
 * text that a spreadsheet would take for a formula is given an apostrophe.
 */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
