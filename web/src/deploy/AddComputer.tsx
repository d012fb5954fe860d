import { Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import type { NewKey } from "../api/types";
import { KeyForm } from "./KeyForm";
import { KeyReady } from "./KeyReady";

interface Props {
  group?: string; // code of the group to begin with
  tag?: string;
  onClose: () => void;
}

/** Makes a deployment key and says once what to do with it. */
export function AddComputer({ group, tag, onClose }: Props) {
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
      size={made ? 620 : 520}
      closeOnClickOutside={!made}
      closeOnEscape={!made}
    >
      {made ? (
        <KeyReady made={made} onClose={onClose} />
      ) : (
        <KeyForm group={group} tag={tag} onClose={onClose} onMade={done} />
      )}
    </Modal>
  );
}
