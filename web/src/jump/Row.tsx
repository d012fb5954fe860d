import { useTexts } from "../i18n/useTexts";
import type { Client } from "../api/types";
import { StatusMark } from "../ui/Status";
import { SystemIcon } from "../ui/SystemIcon";
import { address, type Column } from "./columns";
import { notesOf } from "./notes";
import classes from "./Table.module.css";

/** One cell; a grey bar while its client is on the way. */
export function Cell({ column, client }: { column: Column; client: Client | undefined }) {
  return (
    <div role="gridcell" className={classes.cell} data-column={column.id}>
      {client ? <Content column={column} client={client} /> : <span className={classes.bone} />}
    </div>
  );
}

function Content({ column, client }: { column: Column; client: Client }) {
  const { t } = useTexts();
  const text = column.text(client, t);
  switch (column.id) {
    case "status":
      return <StatusMark status={client.status} hint={notesOf(client, t).join("\n") || undefined} />;
    case "name":
      return (
        <>
          <SystemIcon client={client} />
          <bdi className={classes.text} title={text}>
            {text}
          </bdi>
          {client.sessions > 0 && <span className={classes.sessions}>{client.sessions}</span>}
        </>
      );
    case "hostname":
      return <Host client={client} />;
    case "tag":
      return text ? (
        <bdi className={classes.tag} title={text}>
          {text}
        </bdi>
      ) : null;
  }
  return (
    <bdi className={classes.text} title={text || undefined}>
      {text}
    </bdi>
  );
}

/** The hostname where it says more than the name does, and the address. */
function Host({ client }: { client: Client }) {
  const host = client.hostname === client.name ? "" : client.hostname;
  return (
    <span
      className={classes.text}
      title={[client.hostname, client.private_ip, client.public_ip].filter(Boolean).join("\n")}
    >
      {host && <bdi>{host} </bdi>}
      <bdi className={host ? classes.dim : undefined}>{address(client)}</bdi>
    </span>
  );
}
