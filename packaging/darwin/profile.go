package darwin

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Profile is a configuration profile that a management server puts on Macs, so
// that nobody there has to allow the client by hand to use the pointer and the
// keyboard. To see the screen has to be allowed by a person: macOS lets a
// profile only say that this person need be no administrator.
type Profile struct {
	// Requirement tells the client from other programs: codesign's language for
	// it, as of SignedBy or AsBuilt.
	Requirement string
}

// programPath is where a client in service mode is.
const programPath = "/Library/Application Support/JumpClient/jumpclient"

// SignedBy is the requirement that a team of Apple's developer programme has
// signed the client.
func SignedBy(team string) string {
	return fmt.Sprintf(`identifier "%s" and anchor apple generic and certificate leaf[subject.OU] = "%s"`, identifier, team)
}

// service is what a program may be allowed to do.
type service struct{ name, authorization string }

// services are those that the client needs (Apple's "Privacy Preferences Policy
// Control" payload).
var services = []service{
	{"Accessibility", "Allow"},
	{"PostEvent", "Allow"},
	{"ScreenCapture", "AllowStandardUserToSetSystemService"},
}

// WriteTo writes the profile. It is not signed.
func (p Profile) WriteTo(w io.Writer) (int64, error) {
	var rights strings.Builder
	for _, s := range services {
		fmt.Fprintf(&rights, `        <key>%s</key>
        <array>
          <dict>
            <key>Identifier</key><string>%s</string>
            <key>IdentifierType</key><string>path</string>
            <key>CodeRequirement</key><string>%s</string>
            <key>Authorization</key><string>%s</string>
          </dict>
        </array>
`, s.name, escape(programPath), escape(p.Requirement), s.authorization)
	}
	n, err := fmt.Fprintf(w, profile, identifier, p.uuid("policy"), rights.String(), identifier, p.uuid("profile"))
	return int64(n), err
}

const profile = xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.TCC.configuration-profile-policy</string>
      <key>PayloadIdentifier</key><string>%s.policy</string>
      <key>PayloadUUID</key><string>%s</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadDisplayName</key><string>Jump Client</string>
      <key>Services</key>
      <dict>
%s      </dict>
    </dict>
  </array>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadIdentifier</key><string>%s</string>
  <key>PayloadUUID</key><string>%s</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadScope</key><string>System</string>
  <key>PayloadDisplayName</key><string>Jump Client: screen and input</string>
  <key>PayloadDescription</key><string>Lets the Jump Client use the pointer and the keyboard, and lets users allow it to see the screen.</string>
</dict>
</plist>
`

// uuid is the same for the same profile (version 8, RFC 9562 section 5.8).
func (p Profile) uuid(name string) string {
	b := sha256.Sum256([]byte("jump profile " + name + "\n" + p.Requirement))
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // into memory
	return b.String()
}
