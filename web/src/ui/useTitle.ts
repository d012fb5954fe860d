import { useEffect } from "react";

/** Sets the window's title while the component is shown: "part · Jump". */
export function useTitle(part = ""): void {
  useEffect(() => {
    document.title = part ? `${part} · Jump` : "Jump";
  }, [part]);
}
