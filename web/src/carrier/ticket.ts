/** What opens one channel over WebTransport, for 30 seconds. */
export interface Ticket {
  ticket: string;
  /** SHA-256 of the certificates that the site may show. */
  hashes: Uint8Array<ArrayBuffer>[];
}

/** Asks the site for a ticket for the channel at the url. Fails if there is none. */
export async function takeTicket(url: string): Promise<Ticket> {
  const cut = url.lastIndexOf("/");
  const answer = await fetch(`${url.slice(0, cut)}/tickets`, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ channel: url.slice(cut + 1) }),
  });
  if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
  const { ticket, certificate_hashes: hashes } = (await answer.json()) as {
    ticket: string;
    certificate_hashes: string[];
  };
  return { ticket, hashes: hashes.map(bytes) };
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
