/** One value that the site did not accept. */
export interface FieldError {
  location?: string;
  message: string;
}

/**
 * An answer that says no. The code is stable and what texts are chosen by;
 * detail and hint are the site's own words for codes that this console is too
 * old to know. Two codes are the console's own: "unreachable" (no answer at
 * all, status 0) and "unexpected" (an answer that is none of the API's).
 */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail = "",
    readonly hint = "",
    readonly errors: FieldError[] = [],
  ) {
    super(detail || code);
    this.name = "Problem";
  }
}

/** Turns whatever was thrown into a Problem. */
export function asProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem("unexpected", 0);
}

const text = (value: unknown): string => (typeof value === "string" ? value.slice(0, 1000) : "");

/** Reads the body of an answer that says no; it may be anything, of any proxy. */
export function parseProblem(status: number, body: unknown): Problem {
  if (typeof body !== "object" || body === null) return new Problem("unexpected", status);
  const fields = body as Record<string, unknown>;
  const errors = Array.isArray(fields.errors) ? fields.errors.slice(0, 20) : [];
  return new Problem(
    text(fields.code) || "unexpected",
    status,
    text(fields.detail) || text(fields.title),
    text(fields.hint),
    errors.map((e) => ({ location: text(e?.location), message: text(e?.message) })),
  );
}
