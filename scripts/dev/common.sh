# Words, files and processes: what every other part of ./dev uses.

say() { printf '%s\n' "$*" >&2; }

die() {
  say "dev: $*"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Makes .local/ ours. Others may pass through it (PostgreSQL may run as another user), never look into it.
ensure_local() {
  mkdir -p "$LOCAL" 2>/dev/null || die "Cannot create $LOCAL: the checkout is not writable for $(id -un)."
  if [[ ! -O "$LOCAL" ]]; then
    die "$LOCAL belongs to another user. Run ./dev as that user, or let that user run './dev reset' and remove it."
  fi
  chmod 711 "$LOCAL"
}

# Writes standard input to a file that only its owner can read, all or nothing.
write_private() {
  (umask 077 && cat >"$1.new.$$" && mv -f "$1.new.$$" "$1")
}

# random_text <characters> <set>: for example random_text 16 A-Z2-7
random_text() {
  local text=''
  while ((${#text} < $1)); do
    text+="$(head -c 4096 /dev/urandom | LC_ALL=C tr -dc "$2")"
  done
  printf '%s' "${text:0:$1}"
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

alive() { kill -0 "$1" 2>/dev/null; }

parent_of() {
  if [[ -r "/proc/$1/status" ]]; then
    sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null
  else
    ps -o ppid= -p "$1" 2>/dev/null | tr -d ' '
  fi
}

command_of() {
  if [[ -r "/proc/$1/cmdline" ]]; then
    tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null
  else
    ps -o command= -p "$1" 2>/dev/null
  fi
}

# descendants_of <pid>: what it started, what these did, and so on, one a line.
descendants_of() {
  ps -A -o pid= -o ppid= | awk -v root="$1" '
    { parent[$1] = $2 }
    END {
      for (pid in parent) {
        for (above = parent[pid]; above in parent && above != root; above = parent[above]) { }
        if (above == root) { print pid }
      }
    }'
}

# stop_process <pid> <seconds>: asks politely, then insists.
stop_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  local tenths=$(($2 * 10))
  while alive "$1" && ((tenths-- > 0)); do
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
}

CHILD=''

# Runs a command so that a signal to this script is answered at once, not after the command has ended.
run_child() {
  local status=0
  "$@" 8>&- 9>&- </dev/null &
  CHILD=$!
  wait "$CHILD" || status=$?
  CHILD=''
  return "$status"
}

stop_child() {
  [[ -n "$CHILD" ]] || return 0
  stop_process "$CHILD" 25
  wait "$CHILD" 2>/dev/null || true
  CHILD=''
}

# on_exit <function> <status>: the function runs once, however the script ends; a signal ends it with the status.
on_exit() {
  # shellcheck disable=SC2064
  trap "trap '' INT TERM HUP; $1" EXIT
  # shellcheck disable=SC2064
  trap "exit $2" INT TERM HUP
}
