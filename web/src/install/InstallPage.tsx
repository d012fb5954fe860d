import { useQuery } from "@tanstack/react-query";
import { IconClockX, IconLinkOff, IconUnlink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { getInvitation } from "../api/calls";
import type { Invitation } from "../api/types";
import { asProblem } from "../api/problem";
import { messageFor } from "../i18n";
import { useTexts } from "../i18n/useTexts";
import { Blank } from "../ui/Blank";
import { Failure } from "../ui/Failure";
import { Languages } from "../ui/Languages";
import { useTitle } from "../ui/useTitle";
import classes from "./Install.module.css";
import { Offer } from "./Offer";
import { useLink } from "./useLink";

/** The page that an installer's link opens, for people who never heard of this site (requirement B2). */
export function InstallPage({ uid }: { uid: string }) {
  const { t } = useTexts();
  useTitle(t("install.title"));
  return (
    <div className={`${classes.page} j-scroll`}>
      <main className={classes.card}>
        <Link uid={uid} />
      </main>
      <Languages />
    </div>
  );
}

function Link({ uid }: { uid: string }) {
  const { t } = useTexts();
  const { keyInfo, whole } = useLink();
  const invitation = useQuery({
    queryKey: ["invitation", uid],
    queryFn: () => getInvitation(uid),
    enabled: whole === true,
    retry: false,
  });
  if (whole === false)
    return <Dead icon={<IconUnlink />} title={t("install.garbledTitle")} text={t("install.garbledText")} />;
  if (invitation.data?.usable) {
    const look = async () => (await invitation.refetch({ throwOnError: true })).data?.usable ?? false;
    return <Offer uid={uid} keyInfo={keyInfo} invitation={invitation.data} onLook={look} />;
  }
  if (invitation.data) return <Over invitation={invitation.data} />;
  if (!invitation.error) return <p className={classes.busy}>{t("install.busy")}</p>;
  const problem = asProblem(invitation.error);
  if (problem.status === 404) {
    return <Dead icon={<IconLinkOff />} title={t("install.unknownTitle")} text={t("install.unknownText")} />;
  }
  return <Failure problem={problem} onRetry={() => void invitation.refetch()} />;
}

/** Why a link that once worked does so no more. */
function Over({ invitation: { reason_code: code, site_name: site } }: { invitation: Invitation }) {
  const { t } = useTexts();
  const known = code && messageFor(code);
  const title = known ? known.text : t("install.overTitle");
  return <Dead icon={<IconClockX />} title={title} text={known ? known.hint : t("install.overText")} site={site} />;
}

function Dead({ icon, title, text, site }: { icon: ReactNode; title: string; text: string; site?: string }) {
  return (
    <div className={classes.dead}>
      <Blank icon={icon} title={title} role="alert">
        {text}
      </Blank>
      {site && (
        <p className={classes.site}>
          {site} ({location.host})
        </p>
      )}
    </div>
  );
}
