package apiclient

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// NewInstaller describes a deployment key to make (requirement B1). Empty
// fields leave it to the site.
type NewInstaller struct {
	Platform  string   `json:"platform,omitempty"`
	Mode      string   `json:"mode,omitempty"` // service, user
	Group     string   `json:"group,omitempty"`
	Tag       string   `json:"tag,omitempty"`
	Comments  string   `json:"comments,omitempty"`
	Name      string   `json:"name,omitempty"`
	ValidFor  string   `json:"valid_for,omitempty"` // "24h"
	MaxUses   int      `json:"max_uses,omitempty"`
	Passive   bool     `json:"passive,omitempty"`   // the clients begin as passive ones
	Overrides []string `json:"overrides,omitempty"` // name, group, tag, comments
}

// Installer is a deployment key. KeyInfo, URL, FileName and Commands are given
// once, when it is made.
type Installer struct {
	UID       string     `json:"uid"`
	KeyInfo   string     `json:"key_info,omitempty"`
	URL       string     `json:"url,omitempty"` // of the page to download from
	FileName  string     `json:"file_name,omitempty"`
	Platform  string     `json:"platform"`
	Mode      string     `json:"mode"`
	State     string     `json:"state"` // valid, expired, used_up, revoked
	Group     string     `json:"group"` // the code of the Jump Group
	Tag       string     `json:"tag"`
	Comments  string     `json:"comments"`
	Name      string     `json:"name"`
	Overrides []string   `json:"overrides"`
	CreatedBy string     `json:"created_by"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	MaxUses   int        `json:"max_uses"` // 0: no limit
	Uses      int        `json:"uses"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
	Commands  []Command  `json:"commands,omitempty"` // what to run, by way of installing
}

// Command is one way to install, to copy.
type Command struct {
	Platform string `json:"platform"` // empty: wherever the client program is
	Title    string `json:"title"`    // what reads it: sh, curl, msiexec, …
	Command  string `json:"command"`
}

// CreateInstaller makes a deployment key.
func (s *Site) CreateInstaller(ctx context.Context, n NewInstaller) (Installer, error) {
	var i Installer
	err := s.call(ctx, http.MethodPost, "installers", nil, n, &i)
	return i, err
}

// Installers lists the deployment keys.
func (s *Site) Installers(ctx context.Context) ([]Installer, error) {
	var list struct {
		Items []Installer `json:"items"`
	}
	err := s.get(ctx, "installers", nil, &list)
	return list.Items, err
}

// Platform is what an installer may be for.
type Platform struct {
	ID        string `json:"id"`
	System    string `json:"system"` // linux, windows, mac
	Arch      string `json:"arch"`   // x64, arm64, any
	Kind      string `json:"kind"`   // bin, exe, msi, deb, rpm, pkg
	Headless  bool   `json:"headless"`
	Available bool   `json:"available"` // there is a package on the site
	Size      uint64 `json:"size"`      // bytes
}

// Platforms lists the platforms.
func (s *Site) Platforms(ctx context.Context) ([]Platform, error) {
	var list struct {
		Items []Platform `json:"items"`
	}
	err := s.get(ctx, "platforms", nil, &list)
	return list.Items, err
}

// Terms change a deployment key; what is nil or empty stays as it is.
type Terms struct {
	ValidFor string `json:"valid_for,omitempty"` // from now
	MaxUses  *int   `json:"max_uses,omitempty"`  // in all; 0: no limit
}

// ExtendInstaller changes how long and how often a deployment key may be used.
func (s *Site) ExtendInstaller(ctx context.Context, uid string, t Terms) (Installer, error) {
	var i Installer
	err := s.call(ctx, http.MethodPatch, "installers/"+url.PathEscape(uid), nil, t, &i)
	return i, err
}

// Mail says to whom the link of an installer goes.
type Mail struct {
	KeyInfo    string   `json:"key_info"`
	Recipients []string `json:"recipients"`
	Language   string   `json:"language,omitempty"` // en, de
	Note       string   `json:"note,omitempty"`
}

// Mailed says how that went.
type Mailed struct {
	Sent   int `json:"sent"`
	Failed []struct {
		Recipient string `json:"recipient"`
		Code      string `json:"code"`
		Reason    string `json:"reason"`
	} `json:"failed"`
}

// MailInstaller mails the link of an installer.
func (s *Site) MailInstaller(ctx context.Context, uid string, m Mail) (Mailed, error) {
	var result Mailed
	err := s.call(ctx, http.MethodPost, "installers/"+url.PathEscape(uid)+"/mail", nil, m, &result)
	return result, err
}

// Download writes an installer for a platform to w.
func (s *Site) Download(ctx context.Context, uid, platform, keyInfo string, w io.Writer) error {
	path := "install/" + url.PathEscape(uid) + "/" + url.PathEscape(platform)
	req, err := s.request(ctx, http.MethodPost, path, nil, map[string]string{"key_info": keyInfo})
	if err != nil {
		return err
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return fmt.Errorf("reach %s: %w", s.base, unwrapURL(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return readProblem(resp)
	}
	if _, err := io.Copy(w, resp.Body); err != nil {
		return fmt.Errorf("download the installer: %w", err)
	}
	return nil
}

// RevokeInstaller withdraws a deployment key: it enrols nobody from now on.
func (s *Site) RevokeInstaller(ctx context.Context, uid string) error {
	return s.call(ctx, http.MethodDelete, "installers/"+url.PathEscape(uid), nil, nil, nil)
}
