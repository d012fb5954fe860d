//go:build linux

package e2e

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"jump/site/store"
)

// TestAlarm: the site asks before it removes many clients, and an administrator
// answers in the browser (requirement E11).
func TestAlarm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.alarm("mass_removal", 214)
	b := newBrowser(t, s)
	b.signIn(s)

	b.do(`await page.getByRole('link', {name: 'Administration'}).click()
		await page.getByRole('link', {name: 'Alarms'}).getByRole('img', {name: '1 alarm waits for an answer'}).waitFor()
		await page.getByRole('link', {name: 'Alarms'}).click()
		await page.getByText('214 Jump Clients would be removed at once').waitFor()
		await page.getByRole('button', {name: 'Remove them'}).click()
		const sure = page.getByRole('dialog', {name: 'Remove 214 Jump Clients?'})
		await sure.getByRole('button', {name: 'Cancel'}).click()
		await sure.waitFor({state: 'detached'})
		await page.getByRole('button', {name: 'Keep them'}).click()
		await page.getByText('Nothing is waiting for you').waitFor()
		await page.getByRole('img', {name: 'waits for an answer'}).first().waitFor({state: 'detached'})`, nil, nil)

	b.do(`await page.getByRole('link', {name: 'Settings'}).click()
		const life = page.getByRole('region', {name: 'Jump Clients that stay away'})
		await life.getByLabel('Days offline').fill('30')
		await life.getByRole('button', {name: 'Save'}).click()
		await page.getByText('The settings are saved.').waitFor()
		await page.reload()
		await life.getByLabel('Days offline').and(page.locator('[value="30"]')).waitFor()`, nil, nil)
	b.unharmed()
}

// alarm makes the site ask, as if it had found so many clients due.
func (s *site) alarm(kind string, count int) {
	s.t.Helper()
	db, err := store.Open(context.Background(), filepath.Join(s.dir, "site.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if _, _, err := db.RaiseAlarm(context.Background(), kind, time.Now(), count); err != nil {
		s.t.Fatal(err)
	}
}

// TestGroups: a Jump Group that an administrator makes is there for everything
// else, and one of the same name is refused.
func TestGroups(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := newBrowser(t, s)
	b.signIn(s)
	b.do(`await page.getByRole('link', {name: 'Administration'}).click()
		await page.getByRole('link', {name: 'Jump Groups'}).click()
		const create = async (name) => {
			await page.getByLabel('Name').fill(name)
			await page.getByRole('button', {name: 'Create Jump Group'}).click()
		}
		await create('Branch office')
		await page.getByText('The Jump Group Branch office has been created.').waitFor()
		await page.getByRole('row', {name: 'Branch office branch-office Shared 0'}).waitFor()
		await create('branch OFFICE')
		await page.getByText('Something with this name exists already.').waitFor()
		await page.getByRole('link', {name: 'Jump Items'}).click()
		await page.getByRole('navigation', {name: 'Jump Groups'}).getByRole('button', {name: 'Branch office'}).click()`, nil, nil)
}
