// Package audit writes down who did what to which Jump Client, and when: sign-
// ins, sessions, changes, removals, installers and accounts.
//
// It is not the log: the log is for the people who run the site and may be
// switched off; audit entries are kept in the database and never changed, and an
// action whose entry cannot be written is answered as failed.
package audit

import (
	"context"
	"fmt"
	"time"

	"jump/site/store"
)

// Action names what was done. The strings are kept for years; they may be
// added to, and never change their meaning.
type Action string

// The actions.
const (
	ActionSignIn            Action = "sign_in"
	ActionSignOut           Action = "sign_out"
	ActionSessionStart      Action = "session_start"
	ActionSessionEnd        Action = "session_end"
	ActionChannelOpen       Action = "channel_open"
	ActionFileGet           Action = "file_get"    // from a client
	ActionFilePut           Action = "file_put"    // to a client
	ActionFolderMake        Action = "folder_make" // on a client
	ActionClientChange      Action = "client_change"
	ActionClientRemove      Action = "client_remove"
	ActionAlarmAnswer       Action = "alarm_answer"
	ActionGroupCreate       Action = "group_create"
	ActionInstallerCreate   Action = "installer_create"
	ActionInstallerRevoke   Action = "installer_revoke"
	ActionInstallerExtend   Action = "installer_extend"
	ActionInstallerMail     Action = "installer_mail"
	ActionInstallerDownload Action = "installer_download"
	ActionSettingChange     Action = "setting_change"
	ActionUserAdd           Action = "user_add"
	ActionUserRemove        Action = "user_remove"
	ActionPasswordChange    Action = "password_change"
	ActionTokenCreate       Action = "token_create"
	ActionTokenRevoke       Action = "token_revoke"
)

// Entry is one thing that was done.
type Entry struct {
	Actor   string // the account's name, or CommandLine
	Action  Action
	Object  string // the id or name of what it was done to
	Session string // the support session in which it was done, if any
	From    string // the address the request came from, if any
	Details string // what else matters, for people; never a secret
}

// Retention is the Actor of what the site does itself with clients that are
// away for too long.
const Retention = "(retention)"

// CommandLine is the Actor of what was done with jumpsite on the site's own
// computer.
const CommandLine = "(command line)"

// Anybody is the Actor of what needs no account.
const Anybody = "(anybody)"

// Log writes entries. It is safe for concurrent use.
type Log struct {
	store *store.Store
	now   func() time.Time
}

// NewLog returns a Log that writes into s.
func NewLog(s *store.Store) *Log { return &Log{s, time.Now} }

// Record writes one entry. It does so even if ctx has ended, so that nobody
// escapes it by hanging up.
func (l *Log) Record(ctx context.Context, e Entry) error {
	err := l.store.AddAuditEntry(context.WithoutCancel(ctx), store.AuditEntry{
		At: l.now(), Actor: e.Actor, Action: string(e.Action), Object: e.Object,
		Session: e.Session, From: e.From, Details: e.Details,
	})
	if err != nil {
		return fmt.Errorf("write the audit entry %s: %w", e.Action, err)
	}
	return nil
}
