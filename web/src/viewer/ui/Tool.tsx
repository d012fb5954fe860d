import { ActionIcon, Tooltip } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode, Ref } from "react";
import classes from "./Toolbar.module.css";

/** What a button of the toolbar is. */
export interface ToolProps {
  label: string;
  icon?: TablerIcon;
  onClick?: () => void;
  pressed?: boolean; // a switch that is on, or off; not said: no switch
  disabled?: boolean;
  words?: string; // beside the icon
  touch?: boolean; // of use on a touch screen only
  ref?: Ref<HTMLButtonElement>;
}

/** A button of the toolbar. */
export function Tool({ label, icon: Icon, pressed, words, touch, disabled, onClick, ref, ...rest }: ToolProps) {
  return (
    <Hint label={label}>
      <ActionIcon
        {...rest}
        ref={ref}
        className={classes.tool}
        data-active={pressed || undefined}
        data-words={words ? true : undefined}
        data-touch={touch || undefined}
        variant="subtle"
        color="gray"
        size={30}
        radius="sm"
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
      >
        {Icon && <Icon size={17} stroke={1.7} />}
        {words && <span className={classes.words}>{words}</span>}
      </ActionIcon>
    </Hint>
  );
}

/** A tooltip that also shows in full screen, where the rest of the page is away. */
function Hint({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Tooltip label={label} openDelay={350} withinPortal={false} position="bottom" offset={8} zIndex={20}>
      {children}
    </Tooltip>
  );
}

/** A line between groups of tools. */
export function Rule() {
  return <div className={classes.rule} />;
}

/** How the toolbar's menus look and where they are: inside the viewer, so that full screen has them. */
export const MENU = { withinPortal: false, position: "bottom", offset: 8, shadow: "md", zIndex: 20 } as const;
