import { IconLayoutList, IconSettings } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTexts } from "../i18n/useTexts";
import { Link, useLocation } from "wouter";
import { Mark } from "../brand/Mark";
import { AlarmBadge } from "../admin/AlarmBadge";
import { AccountMenu } from "./AccountMenu";
import classes from "./Frame.module.css";
import { LivePill } from "./LivePill";
import { useMay } from "./me";

/** The bar on top of every page but a session, and the page below it. */
export function Frame({ children }: { children?: ReactNode }) {
  const { t } = useTexts();
  const may = useMay();
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        {t("bar.skip")}
      </a>
      <header className={classes.bar}>
        <Link href="/" className={classes.brand} aria-label="Jump">
          <Mark size={22} />
          <span>Jump</span>
        </Link>
        <nav className={classes.nav} aria-label={t("bar.navigation")}>
          <Tab to="/" icon={<IconLayoutList size={16} stroke={1.7} />} text={t("bar.items")} />
          {may("deploy") && (
            <Tab to="/login" icon={<IconSettings size={16} stroke={1.7} />} text={t("bar.administration")}>
              <AlarmBadge />
            </Tab>
          )}
        </nav>
        <LivePill />
        <AccountMenu />
      </header>
      <main id="main" className={classes.main}>
        {children}
      </main>
    </div>
  );
}

interface TabProps {
  to: string;
  icon: ReactNode;
  text: string;
  children?: ReactNode;
}

function Tab({ to, icon, text, children }: TabProps) {
  const [location] = useLocation();
  const here = location === to || (to !== "/" && location.startsWith(`${to}/`));
  return (
    <Link href={to} className={classes.tab} aria-current={here ? "page" : undefined}>
      {icon}
      <span className={classes.word}>{text}</span>
      {children}
    </Link>
  );
}
