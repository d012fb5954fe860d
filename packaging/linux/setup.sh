#!/bin/sh
# What the packages of the Jump Client do on a computer:
#
#   setup install   install the client, or upgrade the one that is installed
#   setup upgrade   the same, but a client that was taken off stays off
#   setup remove    take it off
#
# The deployment key and the parameters are files in /etc/jumpclient, one value
# in each, or variables of the environment, which go before them:
#
#   key-info, jc-name, jc-jump-group, jc-tag, jc-comments, install-dir, proxy
#   JUMP_KEY_INFO, JUMP_JC_NAME, JUMP_JC_JUMP_GROUP, ... JUMP_INSTALL_DIR, JUMP_PROXY
set -u
settings=/etc/jumpclient
packaged=/usr/lib/jumpclient/jumpclient
record=/var/lib/jumpclient/install-dir

fail() {
  printf 'jumpclient: %s\n' "$1" >&2
  exit 1
}

# setting NAME VALUE: the value from the environment or the file, in $value.
setting() {
  value=$2
  if [ -z "$value" ] && [ -f "$settings/$1" ]; then
    value=$(cat "$settings/$1") || fail "$settings/$1 cannot be read"
  fi
}

install() {
  setting key-info "${JUMP_KEY_INFO:-}"
  if [ -z "$value" ]; then
    echo "jumpclient: no deployment key yet: put it into $settings/key-info and run $0 install" >&2
    return 0
  fi
  export JUMP_KEY_INFO="$value"
  # In the environment, like the key: it may hold a password.
  setting proxy "${JUMP_PROXY:-}"
  [ -z "$value" ] || export JUMP_PROXY="$value"
  setting install-dir "${JUMP_INSTALL_DIR:-}"
  dir=${value:-/opt/jumpclient}
  set -- --mode=service "--install-dir=$dir"
  setting jc-name "${JUMP_JC_NAME:-}"
  [ -z "$value" ] || set -- "$@" "--jc-name=$value"
  setting jc-jump-group "${JUMP_JC_JUMP_GROUP:-}"
  [ -z "$value" ] || set -- "$@" "--jc-jump-group=$value"
  setting jc-tag "${JUMP_JC_TAG:-}"
  [ -z "$value" ] || set -- "$@" "--jc-tag=$value"
  setting jc-comments "${JUMP_JC_COMMENTS:-}"
  [ -z "$value" ] || set -- "$@" "--jc-comments=$value"
  "$packaged" install "$@" || return
  mkdir -p "${record%/*}" && printf '%s\n' "$dir" >"$record"
}

# The client's state stays, and a client that somebody stopped stays stopped.
renew() {
  cp "$packaged" "$dir/.jumpclient-new" && chmod 755 "$dir/.jumpclient-new" &&
    mv -f "$dir/.jumpclient-new" "$dir/jumpclient" || return
  if "$dir/init-script" status >/dev/null 2>&1; then
    "$dir/init-script" restart
  fi
}

remove() {
  "$dir/uninstall" && rm -f "$record" || return
  rmdir "${record%/*}" 2>/dev/null || : # somebody keeps something there
}

# installed: the client that this package installed is there, in $dir.
installed() {
  [ -f "$record" ] && dir=$(cat "$record") && [ -x "$dir/jumpclient" ]
}

case "${1:-}" in
  install) if installed; then renew; else install; fi ;;
  upgrade) if installed; then renew; elif [ ! -f "$record" ]; then install; fi ;;
  remove) if installed; then remove; else rm -f "$record"; fi ;;
  *) fail 'the words of setup are install, upgrade and remove' ;;
esac
