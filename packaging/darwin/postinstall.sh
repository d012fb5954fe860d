#!/bin/sh
# Run as root by macOS's Installer, in a private folder with the program beside
# it; $1 is the path of the package.
#
# The deployment key is in JUMP_KEY_INFO, or in /etc/jumpclient/key-info, or in
# the package's file name as the site wrote it. The parameters are in files of
# /etc/jumpclient, one value in each.
set -u
settings=/etc/jumpclient
client='/Library/Application Support/JumpClient'
here=$(cd "${0%/*}" && pwd) || exit 1
package=${1##*/}

# setting NAME: the value of the file, in $value.
setting() {
  value=
  [ ! -f "$settings/$1" ] || value=$(cat "$settings/$1")
}

# key_in_name: what looks like a key in the package's name. Whether it is one,
# the program sees by its checksum.
key_in_name() {
  printf '%s\n' "$package" | LC_ALL=C tr 'A-Z' 'a-z' | LC_ALL=C grep -oE '[a-z2-7]{102,}' | head -n 1
}

upgrade() {
  cp "$here/jumpclient" "$client/.jumpclient-new" && chmod 755 "$client/.jumpclient-new" &&
    mv -f "$client/.jumpclient-new" "$client/jumpclient" || exit 1
  for plist in /Library/LaunchDaemons/jumpclient-*.plist; do
    [ -f "$plist" ] || continue
    label=${plist##*/}
    launchctl kickstart -k "system/${label%.plist}"
  done
}

# as_user runs the program as the user at the screen, who cannot look into this
# folder.
as_user() {
  user=$(stat -f %Su /dev/console)
  copy=$(mktemp -d /tmp/jumpclient.XXXXXX) || exit 1
  trap 'rm -rf "$copy"' EXIT
  chmod 755 "$copy" && cp "$here/jumpclient" "$copy/jumpclient" && chmod 755 "$copy/jumpclient" || exit 1
  launchctl asuser "$(id -u "$user")" sudo -u "$user" --preserve-env=JUMP_KEY_INFO -- "$copy/jumpclient" "$@"
}

install() {
  if [ -z "${JUMP_KEY_INFO:-}" ]; then
    setting key-info
    export JUMP_KEY_INFO="${value:-$(key_in_name)}"
  fi
  set -- install
  for name in jc-name jc-jump-group jc-tag jc-comments; do
    setting "$name"
    [ -z "$value" ] || set -- "$@" "--$name=$value"
  done
  case $package in
    *-user[!a-z]*) as_user "$@" --mode=user ;;
    *) "$here/jumpclient" "$@" --mode=service ;;
  esac
}

if [ -x "$client/jumpclient" ]; then
  upgrade
else
  install
fi
