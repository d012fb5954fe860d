/** Puts a picture on the representative's own clipboard. To be called while a click is handled; fails where the browser refuses. */
export function copyPicture(png: Promise<Blob>): Promise<void> {
  try {
    return navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
  } catch (refused) {
    return Promise.reject(refused); // an insecure page has no clipboard at all
  }
}

/** Saves a picture as a file named after the client and the time. */
export function savePicture(png: Blob, clientName: string, now = new Date()): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(png);
  link.download = pictureName(clientName, now);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Returns the name of a picture's file, by the clock on the wall. */
export function pictureName(clientName: string, now: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join("-");
  return `${clientName} ${day} ${time}.png`;
}
