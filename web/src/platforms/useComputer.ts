import { useEffect, useState } from "react";
import { type Computer, computerOf, lookCloser } from "./computer";

/** The computer that the browser runs on; its processor may become known a moment later. */
export function useComputer(): Computer {
  const [computer, setComputer] = useState(() => computerOf(navigator));
  useEffect(() => {
    let shown = true;
    void lookCloser(navigator).then((closer) => {
      if (shown) setComputer(closer);
    });
    return () => {
      shown = false;
    };
  }, []);
  return computer;
}
