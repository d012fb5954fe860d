#!/bin/sh
# Installs the Jump Client on this computer:  sh FILE [--install-dir DIR] ...
# Every argument is one of `jumpclient install`, as it is; --help lists them.
# What follows this text is the program, compressed.
@LABEL@

fail() {
  logger -t jumpclient -p user.err -- "install: $1" 2>/dev/null
  [ -n "$silent" ] || printf 'jumpclient: %s\n' "$1" >&2
  exit 1
}

# Not a relative name, which might begin with a dash.
find_self() {
  case $0 in
    /*) self=$0 ;;
    *) self=./$0 ;;
  esac
  [ -f "$self" ] && [ -r "$self" ] ||
    fail 'this installer has to be a file: save it and run sh FILE'
}

check_machine() {
  case $(uname -s) in
    Linux) ;;
    *) fail 'this installer is for Linux, and this computer has another system' ;;
  esac
  case $(uname -m) in
    @MACHINES@) ;;
    *) fail "this installer is for @ARCH@, and this computer is $(uname -m): download the one for it" ;;
  esac
}

check_size() {
  have=$(wc -c <"$self")
  [ "$have" -eq @SIZE@ ] ||
    fail "this file is damaged, it has $((have)) bytes instead of @SIZE@: download it again"
}

# A folder is used if nobody else can put another program where ours was: it is
# our own, or sticky as /tmp is.
trusted() {
  case $1 in
    /*) [ -d "$1" ] && [ -w "$1" ] && { [ -k "$1" ] || [ -O "$1" ]; } ;;
    *) false ;;
  esac
}

# Many a /tmp is mounted noexec.
executes() {
  { printf '#!/bin/sh\n' >"$dir/try" && chmod 700 "$dir/try" && "$dir/try"; } 2>/dev/null
}

extract() {
  { tail -c +@OFFSET@ "$self" | gzip -dc >"$dir/jumpclient" && chmod 700 "$dir/jumpclient"; } 2>/dev/null
}

# Should this shell be killed, somebody else removes what it unpacked, once those
# that it had started have ended, too. No stream is kept open for that.
watch() {
  (
    trap '' HUP INT QUIT TERM
    trap - EXIT
    cd /
    while kill -0 "$$"; do sleep 1; done
    sleep 1
    [ ! -O "$dir" ] || rm -rf "$dir"
  ) </dev/null >/dev/null 2>&1 &
}

# The folder's name is known before it is there, so that it is watched from the
# first moment. mkdir fails if somebody else has made one of that name.
claim() {
  dir=$1/jumpclient.$$
  watch
  mkdir -m 700 "$dir" 2>/dev/null || { dir='' && false; }
}

unpack() {
  for base in "${TMPDIR:-}" /tmp /var/tmp "${HOME:-}" "${XDG_RUNTIME_DIR:-}" \
    /dev/shm /run /opt "$PWD"; do
    trusted "$base" && claim "$base" || continue
    executes && extract && return
    clean
  done
  reason='no folder for temporary files has room and lets programs run: name one with TMPDIR=/a/folder'
  tail -c +@OFFSET@ "$self" 2>/dev/null | gzip -t 2>/dev/null ||
    reason='this file is damaged, its contents do not fit their checksum: download it again'
  return 1
}

clean() {
  [ -z "$dir" ] || rm -rf "$dir"
  dir=
}

stop() {
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}

# The key goes through the environment, since arguments are seen by everybody.
# In the background, so that a signal meets wait and not a shell that is busy.
run() {
  if [ -n "$key" ]; then
    export JUMP_KEY_INFO="$key"
  fi
  child='' stopped=''
  trap 'stopped=yes; stop' HUP INT QUIT TERM
  "$dir/jumpclient" install@FLAGS@ "$@" &
  child=$!
  [ -z "$silent" ] || exec 2>/dev/null # shells have a word to say when it is killed
  [ -z "$stopped" ] || stop
  wait "$child"
  code=$?
  while [ -n "$stopped" ]; do # so it was the signal that ended wait
    stopped=''
    wait "$child"
    again=$?
    [ "$again" -eq 127 ] || code=$again # 127: what wait knew, it has said before
  done
  return "$code"
}

main() {
  key=${label%%-*} mode=${label#"$key"} silent='' dir=''
  unset label
  for word in "$@"; do
    case $word in # as the program reads it
      --silent | --silent=[1tT] | --silent=true | --silent=TRUE | --silent=True) silent=yes ;;
    esac
  done
  trap clean EXIT
  trap 'exit 1' HUP INT QUIT TERM PIPE
  find_self
  check_machine
  check_size
  unpack || fail "$reason"
  if [ -n "$mode" ]; then
    set -- --mode "${mode#-}" "$@"
  fi
  run "$@"
}

main "$@"
exit
