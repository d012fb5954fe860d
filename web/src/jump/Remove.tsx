import { Button, Group, Modal } from "@mantine/core";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { removeClient } from "../api/calls";
import { asProblem } from "../api/problem";
import type { Client } from "../api/types";
import { formatNumber } from "../i18n/format";
import { showDone, showProblem } from "../ui/problems";
import classes from "./dialogs.module.css";
import { forEach } from "./each";

const named = 6; // clients that are named, the others are counted

interface Props {
  clients: readonly Client[];
  onClose: () => void;
  onRemoved: (ids: string[]) => void;
}

/** Asks whether to remove clients, and removes them (requirement E8). */
export function Remove({ clients, onClose, onRemoved }: Props) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const count = { count: clients.length, n: formatNumber(clients.length) };
  const remove = async () => {
    setBusy(true);
    const { done, failed } = await forEach(clients, async ({ id }) => {
      await removeClient(id).catch((thrown) => {
        if (asProblem(thrown).code !== "M7") throw thrown; // somebody else was quicker
      });
    });
    onRemoved(done.map(({ id }) => id));
    if (failed[0]) {
      const numbers = { failed: formatNumber(failed.length), n: count.n };
      showProblem(failed[0].error, clients.length > 1 ? t("remove.partly", numbers) : undefined);
    } else showDone(t("remove.done", count));
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t("remove.title", count)} size={440}>
      <ul className={classes.list}>
        {clients.slice(0, named).map((client) => (
          <li key={client.id}>
            <bdi>{client.name}</bdi>
          </li>
        ))}
        {clients.length > named && <li>{t("remove.more", { n: formatNumber(clients.length - named) })}</li>}
      </ul>
      <p className={classes.text}>{t("remove.text")}</p>
      <Group justify="flex-end" mt={22} gap={8}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("action.cancel")}
        </Button>
        <Button color="red" loading={busy} onClick={() => void remove()}>
          {t("remove.submit")}
        </Button>
      </Group>
    </Modal>
  );
}
