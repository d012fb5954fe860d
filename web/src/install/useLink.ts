import { useEffect, useState } from "react";
import { isWhole, keyOf } from "./link";

/** A link as the address bar has it; whole is undefined until that is known. */
export interface Link {
  keyInfo: string;
  whole: boolean | undefined;
}

/** The key in the address bar, also after somebody has pasted a better link there. */
export function useLink(): Link {
  const [link, setLink] = useState<Link>({ keyInfo: keyOf(location.hash), whole: undefined });
  useEffect(() => {
    let latest = "";
    const look = () => {
      const keyInfo = keyOf(location.hash);
      latest = keyInfo;
      void isWhole(keyInfo).then((whole) => keyInfo === latest && setLink({ keyInfo, whole }));
    };
    look();
    window.addEventListener("hashchange", look);
    return () => {
      latest = "none of them";
      window.removeEventListener("hashchange", look);
    };
  }, []);
  return link;
}
