import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import i18next from "i18next";
import { Component, type ReactNode } from "react";
import { Blank } from "../ui/Blank";

/** Stands in for a page that failed, so that nobody sees an empty window. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Blank
        role="alert"
        icon={<IconAlertTriangle size={22} stroke={1.6} />}
        title={i18next.t("crash.title")}
        action={<Button onClick={() => window.location.reload()}>{i18next.t("action.reload")}</Button>}
      >
        {i18next.t("crash.text")}
      </Blank>
    );
  }
}
