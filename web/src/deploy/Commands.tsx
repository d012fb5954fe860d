import { Tabs } from "@mantine/core";
import { useTexts } from "../i18n/useTexts";
import type { NewKey } from "../api/contract";
import { systems } from "../platforms/platforms";
import { SystemMark } from "../platforms/SystemMark";
import { Copyable } from "../ui/Copyable";
import classes from "./Deploy.module.css";
import { usePlatforms } from "./usePlatforms";

/** The commands to copy, by system; first those of the platform that was chosen. */
export function Commands({ made }: { made: NewKey }) {
  const { t } = useTexts();
  const platforms = usePlatforms();
  const systemOf = (id: string) => platforms.find((one) => one.id === id)?.system;
  const of = (system: string) => made.commands.filter(({ platform }) => systemOf(platform) === system);
  const shown = systems.filter((system) => of(system).length > 0);
  const first = systemOf(made.platform) ?? shown[0];
  if (shown.length === 0) return <Copyable label={t("deploy.keyInfo")} text={made.key_info} line />;
  return (
    <Tabs defaultValue={first && shown.includes(first) ? first : shown[0]} keepMounted={false}>
      <Tabs.List aria-label={t("deploy.commands")}>
        {shown.map((system) => (
          <Tabs.Tab key={system} value={system} leftSection={<SystemMark system={system} size={14} />}>
            {t(`platform.${system}`)}
          </Tabs.Tab>
        ))}
        <Tabs.Tab value="key">{t("deploy.keyInfo")}</Tabs.Tab>
      </Tabs.List>
      {shown.map((system) => (
        <Tabs.Panel key={system} value={system} className={classes.commands}>
          {of(system).map(({ platform, title, command }) => (
            <div key={`${platform} ${title}`}>
              <div className={classes.label}>{title}</div>
              <Copyable label={title} text={command} />
            </div>
          ))}
        </Tabs.Panel>
      ))}
      <Tabs.Panel value="key" className={classes.commands}>
        <Copyable label={t("deploy.keyInfo")} text={made.key_info} line />
      </Tabs.Panel>
    </Tabs>
  );
}
