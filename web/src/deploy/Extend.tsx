import { Button, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { changeKey } from "../api/calls";
import type { DeploymentKey } from "../api/types";
import { formatDate } from "../i18n/format";
import dialogs from "../jump/dialogs.module.css";
import { showDone, showProblem } from "../ui/problems";
import classes from "./Deploy.module.css";
import { Uses, Validity } from "./fields";
import { endOf, extension } from "./validities";

/** Gives an installer more time and more computers; its link stays the same. */
export function Extend({ installer, onClose }: { installer: DeploymentKey; onClose: () => void }) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [opened] = useState(Date.now);
  const [validFor, setValidFor] = useState<string>(extension(installer.expires_at, opened));
  const [uses, setUses] = useState(installer.max_uses);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const changed = await changeKey(installer.uid, {
        valid_for: validFor,
        ...(uses !== installer.max_uses && { max_uses: uses }),
      });
      showDone(t("deploy.extendDone", { time: formatDate(changed.expires_at) }));
      await queries.invalidateQueries({ queryKey: ["installers"] });
      onClose();
    } catch (thrown) {
      showProblem(thrown);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t("deploy.extendTitle")} size={460}>
      <form className={dialogs.form} onSubmit={(event) => void submit(event)}>
        <p className={dialogs.text}>{t("deploy.extendText", { time: formatDate(installer.expires_at) })}</p>
        <div className={classes.pair}>
          <Validity value={validFor} onChange={setValidFor} />
          <Uses label={t("deploy.extendUses")} value={uses} onChange={setUses} />
        </div>
        <p className={dialogs.text}>
          {t("deploy.extendUntil", { time: formatDate(new Date(endOf(validFor, opened)).toISOString()) })}
        </p>
        <div className={dialogs.buttons}>
          <span />
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={busy}>
            {t("deploy.extendSubmit")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
