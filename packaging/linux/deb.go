package linux

import (
	"archive/tar"
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"strings"
)

// The maintainer scripts (Debian Policy 6.5 says with which words each is
// called). A failure of setup fails dpkg, so that who installs learns of it.
const (
	postinst = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if [ -z "$2" ]; then ` + setupPath + ` install; else ` + setupPath + ` upgrade; fi
fi
`
	prerm = `#!/bin/sh
set -e
if [ "$1" = remove ]; then
  ` + setupPath + ` remove
fi
`
	postrm = `#!/bin/sh
set -e
if [ "$1" = purge ] && cd /etc/jumpclient 2>/dev/null; then
  rm -f key-info jc-name jc-jump-group jc-tag jc-comments install-dir
  cd / && rmdir --ignore-fail-on-non-empty /etc/jumpclient
fi
`
)

// WriteDeb writes a package for Debian, Ubuntu and their relatives: an ar
// archive (deb(5)) of a version, the control files and the files.
func (p Package) WriteDeb(w io.Writer) error {
	m, err := p.Arch.machine()
	if err != nil {
		return fmt.Errorf("make a .deb: %w", err)
	}
	files := p.files()
	control, err := p.tarball([]file{
		{"/control", 0o644, p.control(m.deb, files)},
		{"/md5sums", 0o644, sums(files)},
		{"/postinst", 0o755, []byte(postinst)},
		{"/postrm", 0o755, []byte(postrm)},
		{"/prerm", 0o755, []byte(prerm)},
	})
	if err != nil {
		return fmt.Errorf("make a .deb: %w", err)
	}
	data, err := p.tarball(files)
	if err != nil {
		return fmt.Errorf("make a .deb: %w", err)
	}
	return p.archive(w, []file{
		{"debian-binary", 0o644, []byte("2.0\n")}, {"control.tar.gz", 0o644, control}, {"data.tar.gz", 0o644, data},
	})
}

func (p Package) control(arch string, files []file) []byte {
	var size int
	for _, f := range files {
		size += len(f.body)
	}
	return fmt.Appendf(nil, `Package: %s
Version: %s
Architecture: %s
Maintainer: The Jump authors
Installed-Size: %d
Section: admin
Priority: optional
Description: %s
 %s
`, name, packageVersion(p.Version), arch, (size+1023)/1024, summary, strings.ReplaceAll(description, "\n", "\n "))
}

// sums is the file that debsums reads; it protects from nothing but decay.
func sums(files []file) []byte {
	var b []byte
	for _, f := range files {
		b = fmt.Appendf(b, "%x  %s\n", md5.Sum(f.body), f.path[1:])
	}
	return b
}

// tarball returns files and the folders above them, all of root.
func (p Package) tarball(files []file) ([]byte, error) {
	var out bytes.Buffer
	t := tar.NewWriter(&out)
	for _, dir := range foldersOf(files) {
		if err := t.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "." + dir, Mode: 0o755, Uname: "root", Gname: "root", ModTime: p.Time, Format: tar.FormatGNU}); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: "." + f.path, Mode: f.mode, Size: int64(len(f.body)), Uname: "root", Gname: "root", ModTime: p.Time, Format: tar.FormatGNU}
		if err := t.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := t.Write(f.body); err != nil {
			return nil, err
		}
	}
	if err := t.Close(); err != nil {
		return nil, err
	}
	return compress(out.Bytes())
}

// foldersOf returns "/", "/usr/", "/usr/lib/", ... once each.
func foldersOf(files []file) []string {
	var all []string
	seen := map[string]bool{}
	for _, f := range files {
		for i, r := range f.path {
			if dir := f.path[:i+1]; r == '/' && !seen[dir] {
				seen[dir] = true
				all = append(all, dir)
			}
		}
	}
	return all
}

// archive writes the common format of ar(5): a line of 60 characters in front
// of every member, each of which begins at an even offset.
func (p Package) archive(w io.Writer, members []file) error {
	var b bytes.Buffer
	b.WriteString("!<arch>\n")
	for _, m := range members {
		fmt.Fprintf(&b, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", m.path, p.epoch(), 0, 0, 0o100000|m.mode, len(m.body))
		b.Write(m.body)
		if len(m.body)%2 != 0 {
			b.WriteByte('\n')
		}
	}
	_, err := b.WriteTo(w)
	return err
}

// epoch is the time of everything in the package, in seconds since 1970.
func (p Package) epoch() int64 { return max(0, p.Time.Unix()) }
