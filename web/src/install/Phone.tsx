import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy, IconDeviceDesktopShare, IconShare2 } from "@tabler/icons-react";
import { useTexts } from "../i18n/useTexts";
import classes from "./Install.module.css";
import { cleanLink } from "./link";

/** For whoever opens the link on a telephone: it has to get to the computer. */
export function Phone() {
  const { t } = useTexts();
  const shares = "share" in navigator;
  const share = () => void navigator.share({ url: cleanLink(location) }).catch(() => undefined); // closing the sheet is no failure
  return (
    <section className={classes.phone}>
      <IconDeviceDesktopShare size={26} stroke={1.5} aria-hidden="true" />
      <h2>{t("install.phoneTitle")}</h2>
      <p>{t("install.phoneText")}</p>
      {shares && (
        <Button size="lg" fullWidth leftSection={<IconShare2 size={19} stroke={1.8} />} onClick={share}>
          {t("install.share")}
        </Button>
      )}
      <CopyButton value={cleanLink(location)}>
        {({ copied, copy }) => (
          <Button
            size="lg"
            fullWidth
            variant={shares ? "default" : undefined}
            leftSection={copied ? <IconCheck size={19} stroke={1.8} /> : <IconCopy size={19} stroke={1.8} />}
            onClick={copy}
          >
            {copied ? t("action.copied") : t("install.copyLink")}
          </Button>
        )}
      </CopyButton>
    </section>
  );
}
