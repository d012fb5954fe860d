import { readFileSync } from "node:fs";
import { parseFrame } from "./format";
import type { Photo } from "./statements";

const file = new URL("../../../../capture/frame/testdata/goldens.json", import.meta.url);

/** Returns a photograph of the golden frames, whole, for tests. */
export function photograph(): Photo {
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: { frames: string[] }[] };
  for (const text of cases.flatMap((c) => c.frames)) {
    const { blobs } = parseFrame(Uint8Array.from(Buffer.from(text, "base64")));
    const size = blobs.indexOf(0xc0); // SOF0
    if (blobs[0] !== 0xff || blobs[1] !== 0xd8 || size < 0) continue;
    const at = (i: number) => ((blobs[size + i] as number) << 8) | (blobs[size + i + 1] as number);
    return { jpeg: blobs, height: at(4), width: at(6) };
  }
  throw new Error("the golden frames have no photograph");
}
