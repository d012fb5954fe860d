import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconChevronDown, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTexts } from "../i18n/useTexts";
import { getSite, signOut } from "../api/calls";
import { chooseLanguage, language, languages } from "../i18n";
import { showProblem } from "../ui/problems";
import classes from "./AccountMenu.module.css";
import { become, useMe } from "./me";

const names = { en: "English", de: "Deutsch" };
const appearances = [
  { value: "auto", text: "bar.system", Icon: IconDeviceDesktop },
  { value: "light", text: "bar.light", Icon: IconSun },
  { value: "dark", text: "bar.dark", Icon: IconMoon },
] as const;

const tick = (on: boolean) => (on ? <IconCheck size={15} /> : undefined);

/** Who is signed in, how the console looks and speaks, and the way out. */
export function AccountMenu() {
  const { t } = useTexts();
  const me = useMe();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const site = useQuery({ queryKey: ["site"], queryFn: getSite, staleTime: Number.POSITIVE_INFINITY });
  const leave = async () => {
    try {
      await signOut();
      become(queries, null);
    } catch (thrown) {
      showProblem(thrown);
    }
  };
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={`${t("bar.account")}: ${me.name}`}>
          <span className={classes.face} aria-hidden="true">
            {me.name.slice(0, 1).toUpperCase()}
          </span>
          <span className={classes.name}>{me.name}</span>
          <IconChevronDown size={14} stroke={1.8} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong>{me.name}</strong>
          <span>{t(`bar.${me.role}`)}</span>
        </div>
        <Menu.Divider />
        <Menu.Label>{t("bar.appearance")}</Menu.Label>
        {appearances.map(({ value, text, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={15} stroke={1.7} />}
            rightSection={tick(colorScheme === value)}
            onClick={() => setColorScheme(value)}
            closeMenuOnClick={false}
          >
            {t(text)}
          </Menu.Item>
        ))}
        <Menu.Label>{t("bar.language")}</Menu.Label>
        {languages.map((code) => (
          <Menu.Item
            key={code}
            lang={code}
            leftSection={<span className={classes.code}>{code.toUpperCase()}</span>}
            rightSection={tick(language() === code)}
            onClick={() => void chooseLanguage(code)}
            closeMenuOnClick={false}
          >
            {names[code]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} stroke={1.7} />} onClick={() => void leave()}>
          {t("bar.signOut")}
        </Menu.Item>
        {site.data && <div className={classes.version}>{t("bar.version", { version: site.data.version })}</div>}
      </Menu.Dropdown>
    </Menu>
  );
}
