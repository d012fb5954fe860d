import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./TypeText.module.css";

/** Asks for a text and has it typed on the remote computer. */
export function TypeText({ opened, onClose, onType }: { opened: boolean; onClose(): void; onType(s: string): void }) {
  const { t } = useTranslation("viewer");
  const [text, setText] = useState("");
  const close = () => {
    setText(""); // it may be a password
    onClose();
  };
  const type = () => {
    onType(text);
    close();
  };
  const paste = () =>
    navigator.clipboard.readText().then(setText, () => {
      // refused: the representative pastes with the keyboard
    });
  return (
    <Modal opened={opened} onClose={close} title={t("typeText")} withinPortal={false} centered size="lg">
      <Textarea
        data-autofocus
        label={t("typeTextLabel")}
        description={t("typeTextHint")}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        minRows={5}
        maxRows={12}
        autosize
        spellCheck={false}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={paste} mr="auto">
          {t("fromClipboard")}
        </Button>
        <Button variant="default" onClick={close}>
          {t("cancel")}
        </Button>
        <Button onClick={type} disabled={text === ""}>
          {t("type")}
        </Button>
      </div>
    </Modal>
  );
}
