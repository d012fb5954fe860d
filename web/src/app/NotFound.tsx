import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useTexts } from "../i18n/useTexts";
import { useLocation } from "wouter";
import { Blank } from "../ui/Blank";

/** What an address that leads nowhere shows. */
export function NotFound() {
  const { t } = useTexts();
  const [, go] = useLocation();
  return (
    <Blank
      icon={<IconMapOff size={22} stroke={1.6} />}
      title={t("notFound.title")}
      action={<Button onClick={() => go("/")}>{t("notFound.home")}</Button>}
    >
      {t("notFound.text")}
    </Blank>
  );
}
