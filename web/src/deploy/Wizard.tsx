import { Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import type { NewKey } from "../api/types";
import { InstallerForm } from "./InstallerForm";
import { InstallerReady } from "./InstallerReady";

interface Props {
  group?: string; // code of the group to begin with
  tag?: string;
  onClose: () => void;
}

/** Makes an installer and says once what to do with it (requirements B1 and B2). */
export default function Wizard({ group, tag, onClose }: Props) {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [made, setMade] = useState<NewKey>();
  const done = (key: NewKey) => {
    setMade(key);
    void queries.invalidateQueries({ queryKey: ["installers"] });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={made ? t("deploy.ready") : t("deploy.dialog")}
      size={640}
      closeOnClickOutside={!made}
      closeOnEscape={!made}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {made ? (
        <InstallerReady made={made} onClose={onClose} onAnother={() => setMade(undefined)} />
      ) : (
        <InstallerForm group={group} tag={tag} onClose={onClose} onMade={done} />
      )}
    </Modal>
  );
}
