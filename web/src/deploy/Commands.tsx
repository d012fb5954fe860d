import { Tabs } from "@mantine/core";
import { useTexts } from "../i18n/useTexts";
import type { NewKey } from "../api/types";
import { Copyable } from "../ui/Copyable";
import classes from "./Deploy.module.css";

interface Props {
  made: NewKey;
  platform: string; // its id
}

/** The commands to copy for a platform, those for the bare program, and the key alone. */
export function Commands({ made, platform }: Props) {
  const { t } = useTexts();
  const shown = made.commands.filter((one) => one.platform === platform || one.platform === "");
  return (
    <Tabs defaultValue={shown[0]?.title ?? "key"} keepMounted={false}>
      <Tabs.List aria-label={t("deploy.commands")}>
        {shown.map(({ title }) => (
          <Tabs.Tab key={title} value={title}>
            {t(`deploy.command_${title}`)}
          </Tabs.Tab>
        ))}
        <Tabs.Tab value="key">{t("deploy.keyInfo")}</Tabs.Tab>
      </Tabs.List>
      {shown.map(({ title, command }) => (
        <Tabs.Panel key={title} value={title} className={classes.command}>
          <Copyable label={t(`deploy.command_${title}`)} text={command} />
        </Tabs.Panel>
      ))}
      <Tabs.Panel value="key" className={classes.command}>
        <Copyable label={t("deploy.keyInfo")} text={made.key_info} line />
      </Tabs.Panel>
    </Tabs>
  );
}
