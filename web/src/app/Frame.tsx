import { IconKey, IconLayoutList } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTexts } from "../i18n/useTexts";
import { Link, useLocation } from "wouter";
import { Mark } from "../brand/Mark";
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
            <Tab to="/deployment" icon={<IconKey size={16} stroke={1.7} />} text={t("bar.deployment")} />
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

function Tab({ to, icon, text }: { to: string; icon: ReactNode; text: string }) {
  const [location] = useLocation();
  return (
    <Link href={to} className={classes.tab} aria-current={location === to ? "page" : undefined}>
      {icon}
      {text}
    </Link>
  );
}
