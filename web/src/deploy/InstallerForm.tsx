import { Button } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { createKey } from "../api/calls";
import type { KeyRequest, NewKey } from "../api/types";
import dialogs from "../jump/dialogs.module.css";
import { suits } from "../platforms/computer";
import { Picker } from "../platforms/Picker";
import { useComputer } from "../platforms/useComputer";
import { showProblem } from "../ui/problems";
import classes from "./Deploy.module.css";
import { Bounds, More, Place, serviceOnly } from "./fields";
import { usePlatforms } from "./usePlatforms";

interface Props {
  group: string | undefined;
  tag: string | undefined;
  onClose: () => void;
  onMade: (key: NewKey) => void;
}

/** Asks for whom the installer is, and what computers that join with it shall look like. */
export function InstallerForm({ group, tag, onClose, onMade }: Props) {
  const { t } = useTexts();
  const platforms = usePlatforms();
  const computer = useComputer();
  const [busy, setBusy] = useState(false);
  const [draft, setDraft] = useState<KeyRequest>({
    group: group || "general",
    tag: tag || "",
    valid_for: "24h",
    max_uses: 1,
  });
  const change = (some: Partial<KeyRequest>) => setDraft((now) => ({ ...now, ...some }));
  const platform =
    platforms.find(({ id }) => id === draft.platform) ??
    suits(platforms, computer) ??
    platforms.find((one) => one.available);
  // What only administrators can install is a service, whatever was chosen before it.
  const chosen: KeyRequest = {
    ...draft,
    platform: platform?.id ?? "",
    mode: serviceOnly(platform?.id) ? "service" : draft.mode,
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      onMade(await createKey(chosen));
    } catch (thrown) {
      showProblem(thrown);
      setBusy(false);
    }
  };
  return (
    <form className={dialogs.form} onSubmit={(event) => void submit(event)}>
      <section aria-label={t("deploy.platform")} className={classes.platform}>
        <Picker platforms={platforms} value={platform} onChange={({ id }) => change({ platform: id })} />
      </section>
      <Place draft={draft} onDraft={change} />
      <Bounds draft={draft} onDraft={change} />
      <More draft={chosen} onDraft={change} />
      <div className={dialogs.buttons}>
        <span />
        <Button variant="default" onClick={onClose}>
          {t("action.cancel")}
        </Button>
        <Button type="submit" loading={busy}>
          {t("deploy.submit")}
        </Button>
      </div>
    </form>
  );
}
