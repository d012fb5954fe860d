import { Button } from "@mantine/core";
import { IconChevronRight, IconDownload } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { filePath } from "../api/calls";
import type { Invitation, Platform } from "../api/types";
import { address } from "../api/http";
import { asProblem, Problem } from "../api/problem";
import { Mark } from "../brand/Mark";
import { formatBytes, formatDate } from "../i18n/format";
import { useTexts } from "../i18n/useTexts";
import { suits } from "../platforms/computer";
import { Picker } from "../platforms/Picker";
import { nameOf } from "../platforms/platforms";
import { SystemMark } from "../platforms/SystemMark";
import { useComputer } from "../platforms/useComputer";
import { describe } from "../ui/problems";
import classes from "./Install.module.css";
import { problemOf } from "./link";
import { Phone } from "./Phone";
import { Steps } from "./Steps";

interface Props {
  uid: string;
  keyInfo: string;
  invitation: Invitation;
  onLook: () => Promise<boolean>; // whether the link still works
}

/** What this is, who offers it, the one button, and what to do then. */
export function Offer({ uid, keyInfo, invitation, onLook }: Props) {
  const { t } = useTexts();
  const { site_name: site, platforms, expires_at: expires, default_platform: favourite } = invitation;
  const computer = useComputer();
  const [chosen, setChosen] = useState<string>();
  const guessed = suits(platforms, computer, favourite);
  const platform = platforms.find(({ id }) => id === chosen) ?? guessed;
  return (
    <>
      <header className={classes.top}>
        <Mark size={44} />
        <h1>{t("install.title")}</h1>
        <p className={classes.site}>{t("install.from", { site: `${site} (${location.host})` })}</p>
      </header>
      <p className={classes.lead}>
        {t("install.lead")} <strong>{t("install.caution")}</strong>
      </p>
      {platform ? (
        <Download key={platform.id} {...{ uid, keyInfo, platform, onLook }} />
      ) : (
        computer.system === undefined && <Phone />
      )}
      {expires && <p className={classes.expires}>{t("install.expires", { time: formatDate(expires) })}</p>}
      <Others platforms={platforms} platform={platform} onChoose={setChosen} />
      {platform && <Steps {...{ platform, uid, keyInfo }} />}
    </>
  );
}

interface DownloadProps {
  uid: string;
  keyInfo: string;
  platform: Platform;
  onLook: () => Promise<boolean>;
}

/**
 * The button. It is a form that the browser sends itself, so that the file
 * comes as any other download. Whether the link still works is asked before; if
 * the site refuses all the same, it leads back to this page with the reason.
 */
function Download({ uid, keyInfo, platform, onLook }: DownloadProps) {
  const { t } = useTexts();
  const [phase, setPhase] = useState<"ready" | "busy" | "started">("ready");
  const [problem, setProblem] = useState(() => sentenceFor(new Problem(problemOf(location.search), 0)));
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setPhase("busy");
    setProblem("");
    try {
      if (await onLook()) form.submit();
      setPhase("started");
    } catch (thrown) {
      setProblem(sentenceFor(asProblem(thrown)));
      setPhase("ready");
    }
  };
  return (
    <form
      method="post"
      action={`${address(filePath(uid, platform.id))}#${keyInfo}`}
      onSubmit={(event) => void submit(event)}
    >
      <input type="hidden" name="key_info" value={keyInfo} />
      <Button
        type="submit"
        size="lg"
        fullWidth
        className={classes.download}
        leftSection={<IconDownload size={20} stroke={1.9} />}
        loading={phase === "busy"}
        disabled={!platform.available}
      >
        {t("install.download", { platform: nameOf(platform, t) })}
      </Button>
      <p className={classes.under} role="status">
        <SystemMark system={platform.system} size={14} />
        {!platform.available && t("install.absent")}
        {platform.available && phase !== "started" && `.${platform.kind} · ${formatBytes(platform.size)}`}
        {platform.available && phase === "started" && `${t("install.started")} ${t("install.againHint")}`}
      </p>
      {problem && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function sentenceFor(problem: Problem): string {
  if (!problem.code) return "";
  const { text, hint, code } = describe(problem);
  return `${text} ${hint} (${code})`;
}

interface OthersProps {
  platforms: readonly Platform[];
  platform: Platform | undefined;
  onChoose: (id: string) => void;
}

function Others({ platforms, platform, onChoose }: OthersProps) {
  const { t } = useTexts();
  return (
    <details className={classes.others}>
      <summary>
        <IconChevronRight size={15} stroke={1.9} aria-hidden="true" />
        {platform ? t("install.others") : t("install.anyway")}
      </summary>
      <p>{t("install.choose")}</p>
      <Picker platforms={platforms} value={platform} onChange={({ id }) => onChoose(id)} />
    </details>
  );
}
