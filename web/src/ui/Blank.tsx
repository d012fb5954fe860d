import type { ReactNode } from "react";
import classes from "./Blank.module.css";

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  role?: "status" | "alert";
}

/** What stands where there is nothing to show: why, and what can be done. */
export function Blank({ icon, title, children, action, role = "status" }: Props) {
  return (
    <div className={classes.blank} role={role}>
      {icon && <div className={classes.icon}>{icon}</div>}
      <h2 className={classes.title}>{title}</h2>
      {children && <p className={classes.text}>{children}</p>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}
