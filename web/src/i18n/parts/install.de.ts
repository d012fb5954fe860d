/** Die Seite, die der Link eines Installationsprogramms öffnet. */
const install = {
  title: "Den Jump Client installieren",
  from: "von {{site}}",
  lead: "Jemand, der diesen Computer betreut, hat Ihnen diesen Link geschickt. Ist der Jump Client installiert, kann der zuständige Support diesen Computer sehen und steuern, auch wenn niemand davorsitzt.",
  caution: "Installieren Sie ihn nur, wenn Sie diesen Link erwartet haben.",
  download: "Herunterladen für {{platform}}",
  expires: "Der Link gilt bis {{time}}.",
  others: "Andere Systeme",
  choose: "Wählen Sie das System des Computers",
  phoneTitle: "Öffnen Sie diesen Link am Computer",
  phoneText:
    "Der Jump Client ist für Computer. Senden Sie diesen Link an den Computer, der erreichbar sein soll, und öffnen Sie ihn dort.",
  share: "Link senden",
  copyLink: "Link kopieren",
  anyway: "Trotzdem hier herunterladen",
  absent: "Diese Site hat für dieses System keine Datei.",
  after: "Nach dem Herunterladen",
  started: "Das Herunterladen hat begonnen.",
  againHint: "Wenn nichts geschieht, klicken Sie noch einmal.",
  stepOpen: "Öffnen Sie die heruntergeladene Datei.",
  stepAllow: "Fragt Windows, ob das Programm Änderungen vornehmen darf, wählen Sie „Ja“.",
  stepMac:
    "Folgen Sie dem Installationsprogramm. macOS bittet danach, Bildschirmaufnahme und Bedienungshilfen zu erlauben.",
  stepDone: "Weiter wird nichts gefragt. Ihr Support kann diesen Computer dann erreichen.",
  stepTerminal: "Öffnen Sie ein Terminal, wo die Datei liegt, und führen Sie aus:",
  stepService: "Oder als root, damit er auch erreichbar ist, wenn niemand angemeldet ist:",
  stepPush:
    "Bringen Sie die Datei auf den Computer und führen Sie sie als der Benutzer aus, unter dem der Jump Client laufen soll:",
  stepUser: "Oder als root, mit dem Namen dieses Benutzers:",
  stepStart: "Starten Sie ihn. Der erste Start muss in die Gültigkeit des Links fallen:",
  stepBoot: "Lassen Sie diesen Befehl auch bei jedem Systemstart ausführen.",
  stepPackage: "Öffnen Sie ein Terminal, wo die Datei liegt, und installieren Sie sie mit dem Schlüssel dieses Links:",
  stepMsi: "Führen Sie dies als Administrator im Ordner der Datei aus:",
  unknownTitle: "Dieser Link führt nirgendwohin",
  unknownText: "Er ist vielleicht falsch geschrieben, oder sein Ziel gibt es nicht mehr. Fragen Sie den Absender.",
  garbledTitle: "Dieser Link ist unvollständig",
  garbledText:
    "Ein Teil ging unterwegs verloren; E-Mail-Programme schneiden lange Links manchmal ab. Kopieren Sie den ganzen Link bis zum letzten Zeichen in die Adresszeile.",
  overTitle: "Dieser Link kann gerade nicht verwendet werden",
  overText: "Fragen Sie die Person, die ihn geschickt hat.",
  busy: "Der Link wird geprüft …",
};

export default install;
