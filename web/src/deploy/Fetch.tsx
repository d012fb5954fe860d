import { Button, Select } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTexts } from "../i18n/useTexts";
import { getInstaller } from "../api/calls";
import type { NewKey } from "../api/types";
import { formatBytes } from "../i18n/format";
import { kindsOf, nameOf, systems, variants } from "../platforms/platforms";
import { showProblem } from "../ui/problems";
import { save } from "../ui/save";
import classes from "./Deploy.module.css";
import { usePlatforms } from "./usePlatforms";

interface Props {
  made: NewKey;
  platform: string; // its id
  onPlatform: (id: string) => void;
}

/**
 * Downloads the installer for a platform. The page asks for the file itself
 * instead of going there: an answer that says no must not take the place of the
 * page that shows the link for the only time.
 */
export function Fetch({ made, platform: id, onPlatform }: Props) {
  const { t } = useTexts();
  const platforms = usePlatforms();
  const [busy, setBusy] = useState(false);
  const platform = platforms.find((one) => one.id === id);
  const fetchFile = async () => {
    setBusy(true);
    try {
      const { name, file } = await getInstaller(made.uid, id, made.key_info);
      save(name, file);
    } catch (thrown) {
      showProblem(thrown);
    }
    setBusy(false);
  };
  return (
    <>
      <div className={classes.fetch}>
        <Select
          aria-label={t("deploy.platform")}
          data={systems.map((system) => ({
            group: t(`platform.${system}`),
            items: kindsOf(platforms, system).flatMap((kind) =>
              variants(platforms, system, kind).map((one) => ({
                value: one.id,
                label: nameOf(one, t),
                disabled: !one.available,
              })),
            ),
          }))}
          value={id}
          onChange={(next) => next && onPlatform(next)}
          allowDeselect={false}
        />
        <Button
          leftSection={<IconDownload size={16} stroke={1.9} />}
          loading={busy}
          disabled={!platform?.available}
          onClick={() => void fetchFile()}
        >
          {t("deploy.download")}
          {platform?.available && platform.size > 0 && <small>{formatBytes(platform.size)}</small>}
        </Button>
      </div>
      <p className={classes.hint}>
        {platform?.available === false ? t("deploy.absentHint") : t("deploy.downloadHint")}
      </p>
    </>
  );
}
