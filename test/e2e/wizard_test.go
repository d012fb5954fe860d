//go:build linux

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jump/site/mail/mailtest"
)

// TestWizard goes the way of an administrator who hands an installer on, and
// of those who get it: wizard, download, letter, page of the link, and what the
// console says when the link is over (requirements B1, B2).
func TestWizard(t *testing.T) {
	t.Parallel()
	letters := mailtest.Start(t, mailtest.Options{Security: "none"})
	s := newSite(t, "--packages", packages(t, headless))
	b := newBrowser(t, s)
	b.signIn(s)

	b.setMail(letters.Port)
	if l := letters.Next(t); len(l.To) != 1 || l.To[0] != "test@example.com" {
		t.Errorf("the test letter went to %v", l.To)
	}

	b.create()
	link := b.link()
	uid := regexp.MustCompile(`/install/(\w+)#`).FindStringSubmatch(link)
	if uid == nil || !strings.HasPrefix(link, s.url) {
		t.Fatalf("the link is %q", link)
	}
	file := filepath.Join(readable(t), "wizard.bin")
	name := b.download(`page.getByRole('dialog').getByRole('button', {name: 'Download'}).click()`, file)
	if want := "bomgar-scc-" + uid[1] + ".bin"; name != want {
		t.Errorf("the file is called %q, want %q", name, want)
	}

	b.mail("ada@example.com", "bob@example.com")
	for range 2 {
		if l := letters.Next(t); !strings.Contains(unfold(l.Data), link) {
			t.Errorf("the letter to %v has no link:\n%s", l.To, l.Data)
		}
	}

	b.do(`await page.goto(arg)`, link, nil)
	b.do(`await page.getByText('Install it only if you expected this link.').waitFor()`, nil, nil)
	again := filepath.Join(t.TempDir(), "page.bin")
	if got := b.download(`page.getByRole('button', {name: 'Download for Linux'}).click()`, again); got != name {
		t.Errorf("the page's file is called %q, want %q", got, name)
	}
	if !same(t, file, again) {
		t.Error("the wizard and the page of the link give different files")
	}

	_, other := s.keyInfo()
	b.do(`await page.goto(arg)
		await page.getByRole('button', {name: 'Download for Linux'}).click()
		await page.getByText('The site does not know this installer.').waitFor()`, s.url+"/install/"+uid[1]+"#"+other, nil)

	b.appears(s, file)
	b.revoke(s, uid[1])
	b.do(`await page.goto(arg)
		await page.getByText('This installer was withdrawn.').waitFor()`, link, nil)
	b.do(`await page.goto('about:blank')
		await page.goto(arg)
		await page.getByText('This link is incomplete').waitFor()`, link[:len(link)-3], nil)
	b.unharmed()
}

// setMail sets the mail server in the settings and sends a test letter.
func (b *browser) setMail(port int) {
	b.t.Helper()
	b.do(`await page.getByRole('link', {name: 'Administration'}).click()
		await page.getByRole('link', {name: 'Settings'}).click()
		await page.getByLabel('Mail server').fill('127.0.0.1')
		await page.locator('label').filter({hasText: /^None$/}).click()
		await page.getByLabel('Port').fill(String(arg))
		await page.getByLabel('Sender’s address').fill('jump@example.com')
		await page.getByRole('region', {name: 'E-mail'}).getByRole('button', {name: 'Save'}).click()
		await page.getByLabel('Test message to').fill('test@example.com')
		await page.getByRole('button', {name: 'Send', exact: true}).click()
		await page.getByText('The mail server took the message').waitFor()`, port, nil)
}

// create makes an installer for headless Linux, from the list.
func (b *browser) create() {
	b.t.Helper()
	b.do(`await page.getByRole('link', {name: 'Jump Items'}).click()
		await page.getByRole('button', {name: 'Add computer'}).first().click()
		const dialog = page.getByRole('dialog', {name: 'Create Jump Client installer'})
		await dialog.locator('label').filter({hasText: 'Linux'}).click()
		await dialog.getByText('Without a desktop').click()
		await dialog.getByRole('combobox', {name: 'Tag'}).fill('Hallway')
		await dialog.getByLabel('Number of computers').fill('2')
		await dialog.getByText('More options').click()
		await dialog.getByRole('checkbox', {name: 'Comments'}).uncheck()
		await dialog.getByRole('button', {name: 'Create installer'}).click()
		await page.getByText('The installer is ready').waitFor()`, nil, nil)
}

// link reads the link that is shown once.
func (b *browser) link() string {
	b.t.Helper()
	var link string
	b.do(`return await page.getByRole('dialog').locator('code').filter({hasText: '/install/'}).textContent()`, nil, &link)
	return link
}

// download does something that begins a download, keeps the file at path and
// returns the name that the site gave it.
func (b *browser) download(action, path string) string {
	b.t.Helper()
	var name string
	b.do(`const [download] = await Promise.all([page.waitForEvent('download'), `+action+`])
		await download.saveAs(arg)
		return download.suggestedFilename()`, path, &name)
	return name
}

// mail sends the link to people.
func (b *browser) mail(to ...string) {
	b.t.Helper()
	b.do(`await page.getByRole('combobox', {name: 'Recipients'}).fill(arg.join(', ') + ',')
		await page.getByLabel('Personal note').fill('As we said.')
		await page.getByRole('dialog').getByRole('button', {name: 'Send', exact: true}).click()
		await page.getByText('on its way to 2 recipients').waitFor()`, to, nil)
}

// appears installs a downloaded file and takes the client off again; the list
// shows both (requirement E10).
func (b *browser) appears(s *site, installer string) {
	b.t.Helper()
	b.do(`await page.goto(arg)`, s.url, nil)
	dir := filepath.Join(readable(b.t), "client")
	installation(b.t, installer, dir, "hallway")
	b.row("hallway", "Online")
	must(b.t, "", nil, filepath.Join(dir, "uninstall"))
	b.row("hallway", "Uninstalled")
	b.do(`await page.getByRole('row').filter({hasText: 'hallway'}).click()
		await page.getByText('The Jump Client was uninstalled on this computer').waitFor()`, nil, nil)
}

// revoke extends an installer in the list, and then revokes it.
func (b *browser) revoke(s *site, uid string) {
	b.t.Helper()
	b.do(`await page.goto(arg.url + '/login')
		const row = page.getByRole('row').filter({hasText: arg.uid})
		await row.getByText('1 of 2').waitFor()
		await row.getByRole('button').click()
		await page.getByRole('menuitem', {name: 'Extend'}).click()
		await page.getByLabel('Number of computers in total').fill('5')
		await page.getByRole('button', {name: 'Extend'}).click()
		await row.getByText('1 of 5').waitFor()
		await row.getByRole('button').click()
		await page.getByRole('menuitem', {name: 'Revoke'}).click()
		await page.getByRole('dialog').getByRole('button', {name: 'Revoke'}).click()
		await row.getByText('Revoked').waitFor()`, map[string]string{"url": s.url, "uid": uid}, nil)
}

// unfold undoes quoted-printable as far as a link needs it (RFC 2045 section
// 6.7): soft line breaks and the equals sign.
func unfold(letter string) string {
	return strings.ReplaceAll(strings.ReplaceAll(letter, "=\n", ""), "=3D", "=")
}

func same(t *testing.T, a, b string) bool {
	t.Helper()
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	return len(one) > 0 && string(one) == string(other)
}
