import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { revokeKey } from "../api/calls";
import type { DeploymentKey } from "../api/types";
import { Confirm } from "../ui/Confirm";
import { showDone, showProblem } from "../ui/problems";

/** Asks before an installer is withdrawn. */
export function Revoke({ installer, onClose }: { installer: DeploymentKey; onClose: () => void }) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    try {
      await revokeKey(installer.uid);
      showDone(t("deploy.revokeDone"));
    } catch (thrown) {
      showProblem(thrown);
    }
    await queries.invalidateQueries({ queryKey: ["installers"] });
    onClose();
  };
  return (
    <Confirm
      title={t("deploy.revokeTitle")}
      text={t("deploy.revokeText")}
      submit={t("deploy.revokeSubmit")}
      busy={busy}
      onClose={onClose}
      onSubmit={() => void revoke()}
    />
  );
}
