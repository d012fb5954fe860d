import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff } from "@tabler/icons-react";
import { useTexts } from "../i18n/useTexts";
import type { Problem } from "../api/problem";
import { Blank } from "./Blank";
import { describe } from "./problems";

interface Props {
  problem: Problem;
  title?: string;
  onRetry?: () => void;
}

/** A page's worth of "that did not work": the sentence, the hint, the code, and a way to try again. */
export function Failure({ problem, title, onRetry }: Props) {
  const { t } = useTexts();
  const { text, hint, code } = describe(problem);
  const Icon = problem.code === "unreachable" ? IconCloudOff : IconAlertTriangle;
  return (
    <Blank
      role="alert"
      icon={<Icon size={22} stroke={1.6} />}
      title={title ?? text}
      action={
        onRetry && (
          <Button variant="default" onClick={onRetry}>
            {t("action.retry")}
          </Button>
        )
      }
    >
      {title ? `${text} ${hint}` : hint} <small>({code})</small>
    </Blank>
  );
}
