import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { asProblem, type FieldError, type Problem } from "../api/problem";
import { messageFor } from "../i18n";

/** A problem in words, in the language in use. */
export interface Description {
  text: string;
  hint: string;
  code: string;
}

/** The words for a problem: the console's own by its code, the site's for a code that the console does not know. */
export function describe(problem: Problem): Description {
  const known = messageFor(problem.code) ?? (problem.detail ? undefined : messageFor("unexpected"));
  const first = problem.errors[0];
  const hint = known?.hint ?? problem.hint;
  return {
    text: known?.text ?? problem.detail,
    hint: first ? explain(problem.code, first, hint) : hint,
    code: problem.code,
  };
}

/** What a value's own fault says instead of the hint, or what another server answered beside it. */
function explain(code: string, { location, message }: FieldError, hint: string): string {
  if (code === "invalid") return sentence(message);
  return location === "server" ? `${hint} “${message}”` : hint;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** Tells that something did not work. The same problem is shown once at a time. */
export function showProblem(thrown: unknown, subject?: string): void {
  if (thrown instanceof DOMException && thrown.name === "AbortError") return;
  const problem = asProblem(thrown);
  if (problem.status === 401) return; // the sign-in page says it
  const { text, hint, code } = describe(problem);
  notifications.show({
    id: `problem-${code}-${subject ?? ""}`,
    color: "red",
    icon: <IconAlertTriangle size={17} />,
    title: subject ?? text,
    message: (
      <>
        {subject ? `${text} ` : ""}
        {hint} <span style={{ color: "var(--j-faint)", whiteSpace: "nowrap" }}>{code}</span>
      </>
    ),
    autoClose: 10_000,
    role: "alert",
  });
}

/** Tells that something worked, briefly. */
export function showDone(message: string): void {
  notifications.show({ message, color: "teal", icon: <IconCheck size={17} />, autoClose: 3500 });
}
