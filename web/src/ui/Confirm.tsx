import { Button, Group, Modal } from "@mantine/core";
import { useTexts } from "../i18n/useTexts";
import dialogs from "../jump/dialogs.module.css";

interface Props {
  title: string;
  text: string;
  submit: string;
  busy: boolean;
  onClose: () => void;
  onSubmit: () => void;
}

/** Asks once more before something that cannot be undone. */
export function Confirm({ title, text, submit, busy, onClose, onSubmit }: Props) {
  const { t } = useTexts();
  return (
    <Modal opened onClose={onClose} title={title} size={440}>
      <p className={dialogs.text}>{text}</p>
      <Group justify="flex-end" mt={22} gap={8}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("action.cancel")}
        </Button>
        <Button color="red" loading={busy} onClick={onSubmit}>
          {submit}
        </Button>
      </Group>
    </Modal>
  );
}
