package installer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"jump/agent/config"
	"jump/installer/stamp"
	"jump/platform/account"
	"jump/platform/acl"
	"jump/platform/child"
	"jump/platform/registry"
	"jump/platform/service"
)

// MSIService is the name of the service that the MSI registers. There is one on
// a computer: Windows Installer installs a product once.
const MSIService = "jumpclient-msi"

// Keys that the MSI writes (packaging/windows/jumpclient.wxs).
var (
	msiKey   = registry.Key{Root: registry.Machine, Path: `SOFTWARE\JumpClient`}
	msiSetup = msiKey.Sub("Setup")
)

// FinishMSI makes what Windows Installer has put into dir a client, if it is not
// one already: it writes config.json of what msiexec was given, for the system
// and the administrators alone, and takes it out of the registry. It is called
// by the service at its start: if it fails, so does the installation, which
// Windows Installer then undoes. Nothing is written before everything was
// checked. A no is a *Refusal.
func FinishMSI(dir string) error {
	_, err := config.At(dir).Config()
	if errors.Is(err, fs.ErrNotExist) {
		err = finishMSI(dir)
	}
	if err != nil {
		return err
	}
	return registry.Remove(msiSetup)
}

func finishMSI(dir string) error {
	o, err := msiOptions(dir)
	if err != nil {
		return err
	}
	if err := o.Validate(); err != nil {
		return err
	}
	if err := checkParents(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := service.Recover(MSIService); err != nil {
		return err
	}
	if err := protect(dir); err != nil {
		return err
	}
	return config.At(dir).SaveConfig(o.record())
}

// protect gives the files of the MSI the rights that a stage gives its own.
func protect(dir string) error {
	state := filepath.Join(dir, "state")
	if err := os.Mkdir(state, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return errors.Join(acl.Set(dir, acl.Folder), acl.Set(state, acl.Secret), acl.Set(filepath.Join(dir, programName), acl.Program))
}

// msiOptions reads what msiexec was given.
func msiOptions(dir string) (Options, error) {
	o := Options{Dir: dir, Mode: ModeService, Startup: StartupAuto}
	var keyInfo string
	for name, to := range map[string]*string{
		"key_info": &keyInfo, "jc_name": &o.Name, "jc_jump_group": &o.Group, "jc_tag": &o.Tag, "jc_comments": &o.Comments, "proxy": &o.Proxy,
	} {
		text, err := registry.Text(msiSetup, name)
		if err != nil {
			return o, err
		}
		if text, begun := strings.CutPrefix(text, "="); begun { // see jumpclient.wxs
			*to = text
		}
	}
	key, err := stamp.Parse(keyInfo)
	if err != nil {
		return o, refuse(ReasonInvalid, "KEY_INFO cannot be used", "Copy it from the site again.", err)
	}
	o.Key = key
	return o, nil
}

// Leaving reports whether Windows Installer is taking the client in dir off: it
// removes its values before it stops the service.
func Leaving(dir string) bool {
	product, err := msiProduct(dir)
	return err == nil && product == ""
}

// ClearMSI removes what the client has made beside the files of the MSI. Windows
// Installer does that too (table RemoveFile), but it knows no folders in state.
func ClearMSI(dir string) error {
	return errors.Join(removeTree(filepath.Join(dir, "state")), removeTree(filepath.Join(dir, config.FileName)))
}

var productCode = regexp.MustCompile(`^\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$`)

// msiProduct returns the code of the product whose client is in dir; "" if it
// was not installed by the MSI.
func msiProduct(dir string) (string, error) {
	where, err := registry.Text(msiKey, "Dir")
	if err != nil || !strings.EqualFold(filepath.Clean(where), filepath.Clean(dir)) {
		return "", err
	}
	product, err := registry.Text(msiKey, "Product")
	if err == nil && product != "" && !productCode.MatchString(product) {
		err = fmt.Errorf("the product code in %v is none", msiKey)
	}
	return product, err
}

// msiRemoval leaves the client to Windows Installer, which knows what it put
// where. It goes on when this process has ended, whose program it deletes.
func msiRemoval(product string) (stopping, removing []Step) {
	stopping = []Step{{Name: "stop the service", Do: func(ctx context.Context) error { return service.Stop(ctx, MSIService) }}}
	removing = []Step{{Name: "let Windows Installer remove " + product, Do: func(context.Context) error {
		system, err := account.System()
		if err != nil {
			return err
		}
		return child.Detach(exec.Command(filepath.Join(system, "msiexec.exe"), "/x", product, "/qn", "/norestart"))
	}}}
	return stopping, removing
}
