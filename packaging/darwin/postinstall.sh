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
here=${0%/*}
package=${1##*/}

# setting NAME: the value of the file, in $value.
setting() {
  value=
  [ ! -f "$settings/$1" ] || value=$(cat "$settings/$1")
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

# A program finds the key in its own name (installer/stamp), so it gets that of
# the package.
named() {
  mkdir "$here/named" && cp "$here/jumpclient" "$here/named/$package" || exit 1
  program=$here/named/$package
}

install() {
  setting key-info
  if [ -z "${JUMP_KEY_INFO:-}" ] && [ -n "$value" ]; then
    export JUMP_KEY_INFO="$value"
  fi
  case $package in
    *-user[!a-z]*) set -- --mode=user "--user=$(stat -f %Su /dev/console)" ;;
    *) set -- --mode=service ;;
  esac
  for name in jc-name jc-jump-group jc-tag jc-comments; do
    setting "$name"
    [ -z "$value" ] || set -- "$@" "--$name=$value"
  done
  "$program" install "$@"
}

if [ -x "$client/jumpclient" ]; then
  upgrade
else
  named
  install
fi
