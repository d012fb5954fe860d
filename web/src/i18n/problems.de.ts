import type { Message } from "./problems.en";

/** M1 to M17 word for word as in the guide's appendix; hints and all others are ours. */
const problems: Record<string, Message> = {
  M1: {
    text: "Die Gesamtanzahl der bereitstellbaren Jump Clients für diese Webseite wurde erreicht.",
    hint: "Entfernen Sie Jump Clients, die nicht mehr gebraucht werden.",
  },
  M2: {
    text: "Die Gesamtanzahl der bereitstellbaren aktiven Jump Clients für diese Webseite wurde erreicht.",
    hint: "Machen Sie Jump Clients passiv oder entfernen Sie welche.",
  },
  M3: {
    text: "Für die Support-Sitzung Tech. gibt es bereits eine Anfrage zur Fixierung.",
    hint: "Warten Sie die Antwort auf die erste Anfrage ab.",
  },
  M4: {
    text: "Der Support-Client ist bereits fixiert.",
    hint: "Sie finden ihn in der Jump-Schnittstelle.",
  },
  M5: {
    text: "In der Support-Konferenz wurde kein Kunde gefunden.",
    hint: "Starten Sie eine neue Sitzung.",
  },
  M6: {
    text: "Der Kunde in der Support-Konferenz ist nicht online.",
    hint: "Versuchen Sie es erneut, wenn der Computer verbunden ist.",
  },
  M7: {
    text: "Der Jump Client ist nicht vorhanden.",
    hint: "Aktualisieren Sie die Liste: Er wurde vielleicht entfernt oder in eine andere Jump-Gruppe verschoben.",
  },
  M8: {
    text: "Der Jump Client ist offline.",
    hint: "Prüfen Sie, ob der Computer eingeschaltet ist und ein Netzwerk hat.",
  },
  M9: {
    text: "Der angegebene Jump Client wurde deinstalliert.",
    hint: "Entfernen Sie ihn aus der Liste oder installieren Sie ihn auf dem Computer neu.",
  },
  M10: {
    text: "Die Anzahl aktiver Jump Clients wurde erreicht.",
    hint: "Machen Sie zuerst einen anderen Jump Client passiv.",
  },
  M11: {
    text: "Der Server ist momentan überlastet. Versuchen Sie es später erneut.",
    hint: "In diesem Augenblick starten viele Personen Sitzungen; meist genügen einige Sekunden.",
  },
  M12: {
    text: "Ein interner Fehler ist beim Starten der Support-Sitzung Tech. aufgetreten.",
    hint: "Versuchen Sie es erneut; geschieht es wieder, nennt das Protokoll der Site den Grund.",
  },
  M13: {
    text: "Ein interner Vorgang benötigte zu viel Zeit während der Erzeugung einer Support-Sitzung Tech.",
    hint: "Versuchen Sie es erneut; der Computer oder das Netzwerk ist vielleicht stark ausgelastet.",
  },
  M14: {
    text: "Der aktive Jump Client ist nicht verbunden.",
    hint: "Er hat soeben die Verbindung verloren und meldet sich von selbst zurück, sobald es geht.",
  },
  M15: {
    text: "Zeitüberschreitung beim Versuch, eine Verbindung mit dem Jump Client herzustellen.",
    hint: "Prüfen Sie die Adresse des Computers und ob eine Firewall dazwischen liegt.",
  },
  M16: {
    text: "Der Jump Client wurde vom Benutzer deaktiviert und gestattet aktuell nicht den Start einer Sitzung.",
    hint: "Bitten Sie die Person am Computer, ihn zu aktivieren.",
  },
  M17: {
    text: "Der Jump Client wird in einer anderen Version ausgeführt und versucht nicht, eine Aktualisierung durchzuführen. Bitte versuchen Sie es erneut, nachdem die Aktualisierung beendet wurde.",
    hint: "Die Aktualisierung beginnt, wenn er sich das nächste Mal meldet.",
  },
  malformed: {
    text: "Die Anfrage ist nicht zu verstehen.",
    hint: "Das Programm, das sie gesendet hat, ist zu alt, zu neu oder fehlerhaft.",
  },
  denied: {
    text: "Ihr Konto erlaubt das nicht.",
    hint: "Bitten Sie einen Administrator um die Berechtigung.",
  },
  no_group: {
    text: "Diese Jump-Gruppe gibt es nicht.",
    hint: 'Verwenden Sie "general", user:<name> für eine persönliche Gruppe oder eine Gruppe, die ein Administrator angelegt hat.',
  },
  no_screen: {
    text: "Der Computer hat zurzeit keinen Bildschirm.",
    hint: "Verwenden Sie stattdessen ein Terminal.",
  },
  no_listening: {
    text: "Der Besitzer des Computers erlaubt dem Jump Client nicht, auf Verbindungen zu warten.",
    hint: 'Entfernen Sie "listen": "none" aus seiner config.json, oder lassen Sie den Jump Client aktiv.',
  },
  nobody: {
    text: "An diesem Computer ist niemand angemeldet.",
    hint: "Öffnen Sie zuerst seinen Bildschirm und melden Sie sich dort an: Programme laufen als der angemeldete Benutzer.",
  },
  unsupported: {
    text: "Der Jump Client kann das nicht.",
    hint: "Sein System oder seine Version unterstützt es nicht.",
  },
  quarantined: {
    text: "Zwei Computer weisen sich als dieser Jump Client aus, darum kann keine Sitzung mit ihm beginnen.",
    hint: "Sein Datenträger wurde kopiert oder ein alter Stand wiederhergestellt. Ein Administrator sagt unter Alarme, welcher das Original ist.",
  },
  two_connected: {
    text: "Beide Computer sind in diesem Augenblick verbunden, also können sie nicht derselbe sein.",
    hint: "Sagen Sie, welcher das Original ist, oder trennen Sie zuerst einen davon.",
  },
  session_ended: {
    text: "Die Sitzung ist beendet.",
    hint: "Starten Sie eine neue.",
  },
  restarting: {
    text: "Die Site startet neu.",
    hint: "Versuchen Sie es in einigen Sekunden erneut.",
  },
  sign_in_failed: {
    text: "Der Name oder das Kennwort ist nicht richtig.",
    hint: "Achten Sie auf Großbuchstaben. Ein Administrator kann auf der Site ein neues Kennwort setzen.",
  },
  too_many_tries: {
    text: "Es gab zu viele Anmeldeversuche.",
    hint: "Warten Sie einen Augenblick bis zum nächsten.",
  },
  signed_out: {
    text: "Sie sind nicht angemeldet.",
    hint: "Melden Sie sich erneut an.",
  },
  origin: {
    text: "Die Anfrage kommt von einer anderen Website.",
    hint: "Öffnen Sie die Konsole unter der Adresse, mit der die Site gestartet wurde (--url).",
  },
  not_found: {
    text: "Unter dieser Adresse gibt es nichts.",
    hint: "Laden Sie die Seite neu; die Site wurde vielleicht aktualisiert.",
  },
  no_method: {
    text: "Diese Adresse kennt diese Methode nicht.",
    hint: "Laden Sie die Seite neu; die Site wurde vielleicht aktualisiert.",
  },
  too_large: {
    text: "Die Anfrage ist zu groß.",
    hint: "Es werden höchstens 64 KiB gelesen.",
  },
  invalid: {
    text: "Einige der Werte können nicht angenommen werden.",
    hint: "Berichtigen Sie, was markiert ist.",
  },
  exists: {
    text: "Etwas mit diesem Namen gibt es schon.",
    hint: "Wählen Sie einen anderen Namen.",
  },
  key_unknown: {
    text: "Die Site kennt dieses Installationsprogramm nicht.",
    hint: "Prüfen Sie, ob der Link vollständig kopiert wurde, oder bitten Sie um ein neues Installationsprogramm.",
  },
  key_expired: {
    text: "Dieses Installationsprogramm ist nicht mehr gültig: Seine Zeit ist abgelaufen.",
    hint: "Bitten Sie die Person, von der Sie es haben, um ein neues oder um eine Verlängerung.",
  },
  key_used_up: {
    text: "Dieses Installationsprogramm wurde so oft verwendet, wie es erlaubt ist.",
    hint: "Bitten Sie die Person, von der Sie es haben, um ein neues oder um weitere Verwendungen.",
  },
  key_revoked: {
    text: "Dieses Installationsprogramm wurde zurückgezogen.",
    hint: "Bitten Sie die Person, von der Sie es haben, um ein neues.",
  },
  no_package: {
    text: "Für diese Plattform gibt es auf dieser Site kein Installationsprogramm.",
    hint: "Wählen Sie eine andere Plattform oder bitten Sie einen Administrator, das Paket in den Paketordner der Site zu legen.",
  },
  too_many_requests: {
    text: "In diesem Augenblick gibt es zu viele Anfragen.",
    hint: "Warten Sie einen Augenblick bis zur nächsten.",
  },
  mail_off: {
    text: "Diese Site versendet noch keine E-Mails.",
    hint: "Ein Administrator kann in den Einstellungen einen Mailserver angeben; bis dahin kopieren Sie den Link.",
  },
  mail_unreachable: {
    text: "Der Mailserver ist nicht erreichbar.",
    hint: "Prüfen Sie Host und Port in den E-Mail-Einstellungen und ob eine Firewall dazwischen liegt.",
  },
  mail_tls: {
    text: "Zum Mailserver kam keine verschlüsselte Verbindung zustande.",
    hint: "Prüfen Sie die Art der Verschlüsselung (Port 587: STARTTLS, Port 465: TLS), ob der Host der Name im Zertifikat des Servers ist und ob der Computer der Site dem Aussteller vertraut.",
  },
  mail_auth: {
    text: "Der Mailserver nimmt Benutzer und Kennwort nicht an.",
    hint: "Prüfen Sie beide in den E-Mail-Einstellungen; manche Anbieter verlangen ein eigenes Kennwort für Programme.",
  },
  mail_refused: {
    text: "Der Mailserver hat die Nachricht nicht angenommen.",
    hint: "Prüfen Sie die Adressen von Absender und Empfängern.",
  },
  mail_slow: {
    text: "Der Mailserver hat nicht rechtzeitig geantwortet.",
    hint: "Versuchen Sie es erneut; geschieht es wieder, prüfen Sie Host und Port in den E-Mail-Einstellungen.",
  },
  mail_limit: {
    text: "Sie haben so viele E-Mails versendet, wie ein Konto in einer Stunde darf.",
    hint: "Versuchen Sie es später erneut oder geben Sie den Link selbst weiter.",
  },
  internal: {
    text: "Auf der Site ist etwas schiefgegangen.",
    hint: "Versuchen Sie es erneut; geschieht es wieder, nennt das Protokoll der Site den Grund.",
  },
  unreachable: {
    text: "Die Site ist nicht erreichbar.",
    hint: "Prüfen Sie Ihr Netzwerk; die Konsole macht von selbst weiter, sobald die Site antwortet.",
  },
  unexpected: {
    text: "Die Site hat eine Antwort gegeben, die diese Konsole nicht versteht.",
    hint: "Laden Sie die Seite neu; die Site wurde vielleicht aktualisiert.",
  },
  screen_lost: {
    text: "Der Bildschirm des Computers ist verschwunden.",
    hint: "Er kommt von selbst zurück, sobald der Computer wieder ein Bild zeigt.",
  },
  program_failed: {
    text: "Das Programm konnte nicht gestartet werden.",
    hint: "Prüfen Sie, ob es auf dem Computer installiert ist und der Benutzer es ausführen darf.",
  },
  removed: {
    text: "Dieser Jump Client wurde von der Site entfernt.",
    hint: "Installieren Sie ihn erneut, um den Computer zu erreichen.",
  },
};

export default problems;
