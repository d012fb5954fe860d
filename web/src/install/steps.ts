import type { Platform } from "../api/types";
import type { Key } from "../i18n/useTexts";
import { kindOf } from "../platforms/platforms";

/** One thing to do after the download, with the command to copy if there is one. */
export interface Step {
  text: Key;
  command?: string;
  instead?: boolean; // of the step before, not after it
}

/**
 * What to do with the file of a platform. The commands for Linux are the
 * guide's own (requirements C2, C3, C5); KEY_INFO is lower-case base32 and the
 * uid letters and digits, so no shell finds anything to read in them.
 */
export function stepsFor(platform: Platform, uid: string, keyInfo: string): Step[] {
  const bin = `sh ./bomgar-scc-${uid}.bin`;
  const dir = "/home/username/jumpclient";
  switch (kindOf(platform)) {
    case "exe":
      return [{ text: "install.stepOpen" }, { text: "install.stepAllow" }, { text: "install.stepDone" }];
    case "pkg":
      return [{ text: "install.stepOpen" }, { text: "install.stepMac" }, { text: "install.stepDone" }];
    case "bin":
      return [
        { text: "install.stepTerminal", command: bin },
        { text: "install.stepService", command: `sudo ${bin}`, instead: true },
        { text: "install.stepDone" },
      ];
    case "headless":
      return [
        { text: "install.stepPush", command: `${bin} --install-dir ${dir}` },
        { text: "install.stepUser", command: `${bin} --install-dir ${dir} --user jsmith`, instead: true },
        { text: "install.stepStart", command: `${dir}/init-script start` },
        { text: "install.stepBoot" },
      ];
    case "msi":
      return [
        { text: "install.stepMsi", command: `msiexec /i bomgar-scc-win64.msi KEY_INFO=${keyInfo}` },
        { text: "install.stepDone" },
      ];
    case "deb":
      return packaged(`env JUMP_KEY_INFO=${keyInfo} apt-get install ./bomgar-scc-linux-${platform.arch}.deb`);
    case "rpm":
      return packaged(`env JUMP_KEY_INFO=${keyInfo} rpm -U ./bomgar-scc-linux-${platform.arch}.rpm`);
  }
}

/** A package is the same for every link, so the key comes beside it. */
function packaged(install: string): Step[] {
  return [{ text: "install.stepPackage", command: `sudo ${install}` }, { text: "install.stepDone" }];
}
