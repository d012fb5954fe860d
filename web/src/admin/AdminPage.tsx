import { IconBell, IconFolders, IconPackage, IconSettings } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { useTexts } from "../i18n/useTexts";
import { NotFound } from "../app/NotFound";
import { useMay, useMe } from "../app/me";
import InstallersPage from "../deploy/InstallersPage";
import { Blank } from "../ui/Blank";
import classes from "./Admin.module.css";
import { AlarmBadge } from "./AlarmBadge";
import { AlarmsPage } from "./AlarmsPage";
import { GroupsPage } from "./GroupsPage";
import { SettingsPage } from "./SettingsPage";

/** The administration pages (/login), each under its own address, beside their navigation. */
export default function AdminPage() {
  const { t } = useTexts();
  const admin = useMe().role === "admin";
  const deploy = useMay()("deploy");
  const only = (page: ReactNode) => (admin ? page : <Blank title={t("admin.denied")} />);
  return (
    <div className={classes.admin}>
      <nav className={classes.side} aria-label={t("admin.navigation")}>
        <h2>{t("admin.title")}</h2>
        {deploy && (
          <Side to="/login/jump-clients" icon={<IconPackage size={16} stroke={1.7} />} text={t("admin.clients")} />
        )}
        {admin && <Side to="/login/groups" icon={<IconFolders size={16} stroke={1.7} />} text={t("admin.groups")} />}
        {admin && (
          <Side to="/login/settings" icon={<IconSettings size={16} stroke={1.7} />} text={t("admin.settings")} />
        )}
        {admin && (
          <Side to="/login/alarms" icon={<IconBell size={16} stroke={1.7} />} text={t("admin.alarms")}>
            <AlarmBadge />
          </Side>
        )}
      </nav>
      <div className={`${classes.main} j-scroll`}>
        <Switch>
          <Route path="/login">
            <Redirect to="/login/jump-clients" replace />
          </Route>
          <Route path="/login/jump-clients/:action?">
            {({ action }) => <InstallersPage creating={action === "new"} />}
          </Route>
          <Route path="/login/groups">{only(<GroupsPage />)}</Route>
          <Route path="/login/settings">{only(<SettingsPage />)}</Route>
          <Route path="/login/alarms">{only(<AlarmsPage />)}</Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </div>
    </div>
  );
}

interface SideProps {
  to: string;
  icon: ReactNode;
  text: string;
  children?: ReactNode;
}

function Side({ to, icon, text, children }: SideProps) {
  const [location] = useLocation();
  return (
    <Link href={to} aria-current={location.startsWith(to) ? "page" : undefined}>
      {icon}
      {text}
      {children}
    </Link>
  );
}
