package message

import "jump/transport/wire"

// Codes of messages that only the site gives. They are part of the API.
const (
	CodeMassRemoval  wire.Code = "alarm_mass_removal"
	CodeClockJump    wire.Code = "alarm_clock_jump"
	CodeCopied       wire.Code = "alarm_copied_client"
	CodeRestored     wire.Code = "alarm_restored_site"
	CodeTwoConnected wire.Code = "two_connected"
	CodeSignInFailed wire.Code = "sign_in_failed"
	CodeTooManyTries wire.Code = "too_many_tries"
	CodeSignedOut    wire.Code = "signed_out"
	CodeOrigin       wire.Code = "origin"
	CodeNotFound     wire.Code = "not_found"
	CodeNoMethod     wire.Code = "no_method"
	CodeTooLarge     wire.Code = "too_large"
	CodeInvalid      wire.Code = "invalid"
	CodeExists       wire.Code = "exists"
	CodeInternal     wire.Code = "internal"

	// Of installers and mail.
	CodeNoPackage       wire.Code = "no_package"
	CodeTooManyRequests wire.Code = "too_many_requests"
	CodeMailOff         wire.Code = "mail_off"
	CodeMailUnreachable wire.Code = "mail_unreachable"
	CodeMailTLS         wire.Code = "mail_tls"
	CodeMailAuth        wire.Code = "mail_auth"
	CodeMailRefused     wire.Code = "mail_refused"
	CodeMailSlow        wire.Code = "mail_slow"
	CodeMailLimit       wire.Code = "mail_limit"
)

// texts has the German sentences of M1 to M17 word for word as in the appendix
// of the guide, and the English ones as in requirements section F. Their hints,
// and all others, are ours.
var texts = map[wire.Code]struct{ en, de Text }{
	wire.CodeTotalLimit: {
		Text{"The total number of Jump Clients that can be deployed for this site has been reached.", "Remove Jump Clients that are no longer needed."},
		Text{"Die Gesamtanzahl der bereitstellbaren Jump Clients für diese Webseite wurde erreicht.", "Entfernen Sie Jump Clients, die nicht mehr gebraucht werden."},
	},
	wire.CodeActiveLimit: {
		Text{"The total number of active Jump Clients that can be deployed for this site has been reached.", "Make Jump Clients passive, or remove some."},
		Text{"Die Gesamtanzahl der bereitstellbaren aktiven Jump Clients für diese Webseite wurde erreicht.", "Machen Sie Jump Clients passiv oder entfernen Sie welche."},
	},
	"M3": {
		Text{"There is already a pin request for this support session.", "Wait for the answer to the first request."},
		Text{"Für die Support-Sitzung Tech. gibt es bereits eine Anfrage zur Fixierung.", "Warten Sie die Antwort auf die erste Anfrage ab."},
	},
	"M4": {
		Text{"The support client is already pinned.", "You find it in the Jump interface."},
		Text{"Der Support-Client ist bereits fixiert.", "Sie finden ihn in der Jump-Schnittstelle."},
	},
	"M5": {
		Text{"No customer was found in the support conference.", "Start a new session."},
		Text{"In der Support-Konferenz wurde kein Kunde gefunden.", "Starten Sie eine neue Sitzung."},
	},
	"M6": {
		Text{"The customer in the support conference is not online.", "Try again when the computer is connected."},
		Text{"Der Kunde in der Support-Konferenz ist nicht online.", "Versuchen Sie es erneut, wenn der Computer verbunden ist."},
	},
	wire.CodeClientGone: {
		Text{"The Jump Client does not exist.", "Refresh the list: somebody may have removed it or moved it to another Jump Group."},
		Text{"Der Jump Client ist nicht vorhanden.", "Aktualisieren Sie die Liste: Er wurde vielleicht entfernt oder in eine andere Jump-Gruppe verschoben."},
	},
	wire.CodeClientOffline: {
		Text{"The Jump Client is offline.", "Check that the computer is switched on and has a network."},
		Text{"Der Jump Client ist offline.", "Prüfen Sie, ob der Computer eingeschaltet ist und ein Netzwerk hat."},
	},
	wire.CodeUninstalled: {
		Text{"The specified Jump Client has been uninstalled.", "Remove it from the list, or install it again on the computer."},
		Text{"Der angegebene Jump Client wurde deinstalliert.", "Entfernen Sie ihn aus der Liste oder installieren Sie ihn auf dem Computer neu."},
	},
	wire.CodeMoreActive: {
		Text{"The number of active Jump Clients has been reached.", "Make another Jump Client passive first."},
		Text{"Die Anzahl aktiver Jump Clients wurde erreicht.", "Machen Sie zuerst einen anderen Jump Client passiv."},
	},
	wire.CodeOverloaded: {
		Text{"The server is currently overloaded; try again later.", "Many people are starting sessions at this moment; a few seconds are usually enough."},
		Text{"Der Server ist momentan überlastet. Versuchen Sie es später erneut.", "In diesem Augenblick starten viele Personen Sitzungen; meist genügen einige Sekunden."},
	},
	wire.CodeInternal: {
		Text{"An internal error occurred while starting the support session.", "Try again; if it happens again, the site's log says why."},
		Text{"Ein interner Fehler ist beim Starten der Support-Sitzung Tech. aufgetreten.", "Versuchen Sie es erneut; geschieht es wieder, nennt das Protokoll der Site den Grund."},
	},
	wire.CodeTooSlow: {
		Text{"An internal operation took too long while creating a support session.", "Try again; the computer or the network may be very busy."},
		Text{"Ein interner Vorgang benötigte zu viel Zeit während der Erzeugung einer Support-Sitzung Tech.", "Versuchen Sie es erneut; der Computer oder das Netzwerk ist vielleicht stark ausgelastet."},
	},
	wire.CodeNotConnected: {
		Text{"The active Jump Client is not connected.", "It lost its connection just now and comes back by itself as soon as it can."},
		Text{"Der aktive Jump Client ist nicht verbunden.", "Er hat soeben die Verbindung verloren und meldet sich von selbst zurück, sobald es geht."},
	},
	wire.CodeTimeout: {
		Text{"Timed out trying to connect to the Jump Client.", "Check the computer's address and whether a firewall is in between."},
		Text{"Zeitüberschreitung beim Versuch, eine Verbindung mit dem Jump Client herzustellen.", "Prüfen Sie die Adresse des Computers und ob eine Firewall dazwischen liegt."},
	},
	wire.CodeDisabled: {
		Text{"The Jump Client has been disabled by its user and does not currently allow a session to be started.", "Ask the person at the computer to enable it."},
		Text{"Der Jump Client wurde vom Benutzer deaktiviert und gestattet aktuell nicht den Start einer Sitzung.", "Bitten Sie die Person am Computer, ihn zu aktivieren."},
	},
	wire.CodeOtherVersion: {
		Text{"The Jump Client runs another version and is not trying to update. Try again after the update has finished.", "The update begins when it checks in next."},
		Text{"Der Jump Client wird in einer anderen Version ausgeführt und versucht nicht, eine Aktualisierung durchzuführen. Bitte versuchen Sie es erneut, nachdem die Aktualisierung beendet wurde.", "Die Aktualisierung beginnt, wenn er sich das nächste Mal meldet."},
	},

	wire.CodeMalformed: {
		Text{"The request cannot be understood.", "The program that sent it is too old, too new or broken."},
		Text{"Die Anfrage ist nicht zu verstehen.", "Das Programm, das sie gesendet hat, ist zu alt, zu neu oder fehlerhaft."},
	},
	wire.CodeDenied: {
		Text{"Your account does not allow this.", "Ask an administrator for the permission."},
		Text{"Ihr Konto erlaubt das nicht.", "Bitten Sie einen Administrator um die Berechtigung."},
	},
	wire.CodeNoGroup: {
		Text{"This Jump Group does not exist.", "Use \"general\", user:<name> for somebody's personal group, or a group that an administrator has made."},
		Text{"Diese Jump-Gruppe gibt es nicht.", "Verwenden Sie \"general\", user:<name> für eine persönliche Gruppe oder eine Gruppe, die ein Administrator angelegt hat."},
	},
	wire.CodeNoScreen: {
		Text{"The computer has no screen now.", "Use the shell instead."},
		Text{"Der Computer hat zurzeit keinen Bildschirm.", "Verwenden Sie stattdessen die Konsole."},
	},
	wire.CodeNobody: {
		Text{"Nobody is logged in at this computer.", "Open its screen and log in there first: programs run as the user who is logged in."},
		Text{"An diesem Computer ist niemand angemeldet.", "Öffnen Sie zuerst seinen Bildschirm und melden Sie sich dort an: Programme laufen als der angemeldete Benutzer."},
	},
	wire.CodeNoListening: {
		Text{"The owner of the computer does not let its Jump Client listen.", "Remove \"listen\": \"none\" from its config.json, or leave the Jump Client active."},
		Text{"Der Besitzer des Computers erlaubt dem Jump Client nicht, auf Verbindungen zu warten.", "Entfernen Sie \"listen\": \"none\" aus seiner config.json, oder lassen Sie den Jump Client aktiv."},
	},
	wire.CodeUnsupported: {
		Text{"The Jump Client cannot do this.", "Its system or its version does not support it."},
		Text{"Der Jump Client kann das nicht.", "Sein System oder seine Version unterstützt es nicht."},
	},
	wire.CodeSessionEnded: {
		Text{"The session has ended.", "Start a new one."},
		Text{"Die Sitzung ist beendet.", "Starten Sie eine neue."},
	},
	wire.CodeRestarting: {
		Text{"The site is restarting.", "Try again in a few seconds."},
		Text{"Die Site startet neu.", "Versuchen Sie es in einigen Sekunden erneut."},
	},

	wire.CodeQuarantined: {
		Text{"Two computers show the key of this Jump Client, so no session can start with it.", "Its disk was copied, or an old state of it was restored. An administrator says under Alarms which one is the original."},
		Text{"Zwei Computer weisen sich als dieser Jump Client aus, darum kann keine Sitzung mit ihm beginnen.", "Sein Datenträger wurde kopiert oder ein alter Stand wiederhergestellt. Ein Administrator sagt unter Alarme, welcher das Original ist."},
	},
	CodeTwoConnected: {
		Text{"Both computers are connected at this moment, so they cannot be one.", "Say which one is the original, or disconnect one of them first."},
		Text{"Beide Computer sind in diesem Augenblick verbunden, also können sie nicht derselbe sein.", "Sagen Sie, welcher das Original ist, oder trennen Sie zuerst einen davon."},
	},
	CodeCopied: {
		Text{"Two computers show the key of one Jump Client: its disk was copied, or an old state of it was restored.", "stays: the copy that you name is the original, and each other becomes a Jump Client of its own; remove: the copy that you name is refused for good and uninstalls itself; one_machine: it is one computer whose disk was restored or moved. Sessions with it are suspended until you decide."},
		Text{"Zwei Computer weisen sich als derselbe Jump Client aus: Sein Datenträger wurde kopiert oder ein alter Stand wiederhergestellt.", "stays: die genannte Kopie ist das Original, jede andere wird ein eigener Jump Client; remove: die genannte Kopie wird endgültig abgewiesen und deinstalliert sich; one_machine: es ist ein Computer, dessen Datenträger wiederhergestellt oder umgezogen wurde. Bis zur Entscheidung sind Sitzungen mit ihm ausgesetzt."},
	},
	CodeRestored: {
		Text{"Jump Clients remember more than this site does: its database is an old backup.", "They were accepted. Jump Clients that were installed since the backup have to be installed again, and those that were removed since are back. proceed and dismiss note that you know; dismiss also lets the days away begin anew for all."},
		Text{"Jump Clients wissen mehr als diese Site: Ihre Datenbank ist eine alte Sicherung.", "Sie wurden angenommen. Jump Clients, die seit der Sicherung installiert wurden, müssen neu installiert werden, und seither entfernte sind wieder da. proceed und dismiss vermerken, dass Sie es wissen; bei dismiss zählen außerdem die Tage für alle neu."},
	},

	CodeMassRemoval: {
		Text{"Many Jump Clients have been away for so long that they would be removed at once.", "proceed removes those that are still away; dismiss keeps them, and the days away begin anew for all. Nobody is removed until you decide."},
		Text{"Viele Jump Clients waren so lange nicht verbunden, dass sie auf einmal entfernt würden.", "proceed entfernt, die dann noch fehlen; dismiss behält sie, und die Tage zählen für alle neu. Bis zur Entscheidung wird keiner entfernt."},
	},
	CodeClockJump: {
		Text{"The clock of the site was set, so nobody can say how long Jump Clients have been away.", "Check the clock. proceed goes on, without the time it has jumped over; dismiss lets the days away begin anew for all. Nobody is removed until you decide."},
		Text{"Die Uhr der Site wurde verstellt, daher weiß niemand, wie lange Jump Clients nicht verbunden waren.", "Prüfen Sie die Uhr. proceed fährt fort, ohne die übersprungene Zeit; dismiss lässt die Tage für alle neu zählen. Bis zur Entscheidung wird keiner entfernt."},
	},

	CodeSignInFailed: {
		Text{"The name or the password is not right.", "An administrator can set a new password with: jumpsite user password NAME"},
		Text{"Der Name oder das Kennwort ist nicht richtig.", "Ein Administrator kann ein neues Kennwort setzen mit: jumpsite user password NAME"},
	},
	CodeTooManyTries: {
		Text{"There were too many tries to sign in.", "Wait a moment before the next one."},
		Text{"Es gab zu viele Anmeldeversuche.", "Warten Sie einen Augenblick bis zum nächsten."},
	},
	CodeSignedOut: {
		Text{"You are not signed in.", "Sign in, or send a valid token as: Authorization: Bearer jump_…"},
		Text{"Sie sind nicht angemeldet.", "Melden Sie sich an oder senden Sie ein gültiges Token: Authorization: Bearer jump_…"},
	},
	CodeOrigin: {
		Text{"The request comes from another web site.", "Open the console under the address that the site was started with (--url)."},
		Text{"Die Anfrage kommt von einer anderen Website.", "Öffnen Sie die Konsole unter der Adresse, mit der die Site gestartet wurde (--url)."},
	},
	CodeNotFound: {
		Text{"There is nothing under this address.", "The API is described by /api/v1/openapi.json."},
		Text{"Unter dieser Adresse gibt es nichts.", "Die API beschreibt /api/v1/openapi.json."},
	},
	CodeNoMethod: {
		Text{"This address does not know this method.", "The API is described by /api/v1/openapi.json."},
		Text{"Diese Adresse kennt diese Methode nicht.", "Die API beschreibt /api/v1/openapi.json."},
	},
	CodeTooLarge: {
		Text{"The request is too large.", "At most 64 KiB are read."},
		Text{"Die Anfrage ist zu groß.", "Es werden höchstens 64 KiB gelesen."},
	},
	CodeInvalid: {
		Text{"Some of the values cannot be accepted.", "See the list of errors."},
		Text{"Einige der Werte können nicht angenommen werden.", "Siehe die Liste der Fehler."},
	},
	CodeExists: {
		Text{"Something with this name exists already.", "Choose another name."},
		Text{"Etwas mit diesem Namen gibt es schon.", "Wählen Sie einen anderen Namen."},
	},
	wire.CodeKeyUnknown: {
		Text{"The site does not know this installer.", "Check that the link was copied as a whole, or ask for a new installer."},
		Text{"Die Site kennt dieses Installationsprogramm nicht.", "Prüfen Sie, ob der Link vollständig kopiert wurde, oder bitten Sie um ein neues Installationsprogramm."},
	},
	wire.CodeKeyExpired: {
		Text{"This installer is no longer valid: its time is over.", "Ask whoever gave it to you for a new one, or to extend it."},
		Text{"Dieses Installationsprogramm ist nicht mehr gültig: Seine Zeit ist abgelaufen.", "Bitten Sie die Person, von der Sie es haben, um ein neues oder um eine Verlängerung."},
	},
	wire.CodeKeyUsedUp: {
		Text{"This installer was used as often as it may be.", "Ask whoever gave it to you for a new one, or for more uses."},
		Text{"Dieses Installationsprogramm wurde so oft verwendet, wie es erlaubt ist.", "Bitten Sie die Person, von der Sie es haben, um ein neues oder um weitere Verwendungen."},
	},
	wire.CodeKeyRevoked: {
		Text{"This installer was withdrawn.", "Ask whoever gave it to you for a new one."},
		Text{"Dieses Installationsprogramm wurde zurückgezogen.", "Bitten Sie die Person, von der Sie es haben, um ein neues."},
	},
	CodeNoPackage: {
		Text{"There is no installer for this platform on this site.", "Choose another platform, or ask an administrator to put its package into the site's folder of packages."},
		Text{"Für diese Plattform gibt es auf dieser Site kein Installationsprogramm.", "Wählen Sie eine andere Plattform oder bitten Sie einen Administrator, das Paket in den Paketordner der Site zu legen."},
	},
	CodeTooManyRequests: {
		Text{"There are too many requests at this moment.", "Wait a moment before the next one."},
		Text{"In diesem Augenblick gibt es zu viele Anfragen.", "Warten Sie einen Augenblick bis zur nächsten."},
	},
	CodeMailOff: {
		Text{"This site sends no mail yet.", "An administrator can set a mail server in the settings; until then, copy the link."},
		Text{"Diese Site versendet noch keine E-Mails.", "Ein Administrator kann in den Einstellungen einen Mailserver angeben; bis dahin kopieren Sie den Link."},
	},
	CodeMailUnreachable: {
		Text{"The mail server cannot be reached.", "Check host and port in the mail settings, and whether a firewall is in between."},
		Text{"Der Mailserver ist nicht erreichbar.", "Prüfen Sie Host und Port in den E-Mail-Einstellungen und ob eine Firewall dazwischen liegt."},
	},
	CodeMailTLS: {
		Text{"No encrypted connection to the mail server could be made.", "Check the kind of encryption (port 587: STARTTLS, port 465: TLS), that the host is the name in the server's certificate, and that the site's computer trusts who issued it."},
		Text{"Zum Mailserver kam keine verschlüsselte Verbindung zustande.", "Prüfen Sie die Art der Verschlüsselung (Port 587: STARTTLS, Port 465: TLS), ob der Host der Name im Zertifikat des Servers ist und ob der Computer der Site dem Aussteller vertraut."},
	},
	CodeMailAuth: {
		Text{"The mail server does not accept the user and password.", "Check both in the mail settings; some providers want a password made for programs."},
		Text{"Der Mailserver nimmt Benutzer und Kennwort nicht an.", "Prüfen Sie beide in den E-Mail-Einstellungen; manche Anbieter verlangen ein eigenes Kennwort für Programme."},
	},
	CodeMailRefused: {
		Text{"The mail server did not take the letter.", "Its answer is in the list of errors; check the sender's and the recipients' addresses."},
		Text{"Der Mailserver hat die Nachricht nicht angenommen.", "Seine Antwort steht in der Liste der Fehler; prüfen Sie die Adressen von Absender und Empfängern."},
	},
	CodeMailSlow: {
		Text{"The mail server did not answer in time.", "Try again; if it happens again, check host and port in the mail settings."},
		Text{"Der Mailserver hat nicht rechtzeitig geantwortet.", "Versuchen Sie es erneut; geschieht es wieder, prüfen Sie Host und Port in den E-Mail-Einstellungen."},
	},
	CodeMailLimit: {
		Text{"You have sent as many letters as one account may send in an hour.", "Try again later, or pass the link on yourself."},
		Text{"Sie haben so viele E-Mails versendet, wie ein Konto in einer Stunde darf.", "Versuchen Sie es später erneut oder geben Sie den Link selbst weiter."},
	},
	CodeInternal: {
		Text{"Something went wrong on the site.", "Try again; if it happens again, the site's log says why."},
		Text{"Auf der Site ist etwas schiefgegangen.", "Versuchen Sie es erneut; geschieht es wieder, nennt das Protokoll der Site den Grund."},
	},
}
