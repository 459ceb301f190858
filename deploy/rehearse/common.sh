# What every part of the rehearsal uses: steps with times, a table, and an end that leaves nothing behind.
#
# A part is an executable file beside this one:
#
#   #!/usr/bin/env bash
#   set -euo pipefail
#   source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
#   part compose
#   step 'start' start_everything    # a function or a command
#
# Each step runs in a subshell of its own with errexit on: what a later step needs is left in a file below $WORK. Whatever a step
# starts or makes it names at once, with `background` or `at_end`; the last is undone first, also after Ctrl-C and after a failure.

ROOT="${ROOT:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)}"
LOCAL="${LOCAL:-$ROOT/.local}"
REHEARSE="$LOCAL/rehearse"
# What is expensive to make and the same for every checkout: programs, never state. Several of them live in folders of their names.
TOOLS="${FEDERATED_IDENTITY_TOOLS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/federated-identity}"
export ROOT LOCAL TOOLS

# shellcheck source=scripts/dev/common.sh
source "$ROOT/scripts/dev/common.sh"
# shellcheck source=scripts/dev/packages.sh
source "$ROOT/scripts/dev/packages.sh"

PART='' WORK='' UNDO='' STEP=0 STEP_NAME='' STEP_PID=''

# part <name>: begins a part; $WORK is its empty directory, logs lie beside it. One rehearsal of a checkout at a time.
part() {
  PART="$1"
  WORK="$REHEARSE/$PART/work"
  UNDO="$REHEARSE/undo.$$"
  ensure_local
  mkdir -p "$REHEARSE"
  if [[ -z "${_REHEARSE_ROWS:-}" ]]; then
    exec 9>"$REHEARSE/lock"
    flock -n 9 || die 'Another rehearsal of this checkout is running.'
    undo_leftovers
    export _REHEARSE_ROWS="$REHEARSE/rows.$$"
    _REHEARSE_OWNER=$$
    : >"$_REHEARSE_ROWS"
  fi
  rm -rf "${REHEARSE:?}/$PART"
  mkdir -p "$WORK"
  : >"$UNDO"
  exec 6>&1
  trap end_part EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# step <name> <command>...: runs it, says how long it took, and ends the part with the log's tail when it fails.
step() {
  local name="$1" log status=0 began="$EPOCHREALTIME"
  shift
  STEP=$((STEP + 1)) STEP_NAME="$name"
  log="$REHEARSE/$PART/$(printf '%02d-%s' "$STEP" "$(tr -cs 'A-Za-z0-9' - <<<"$name" | sed 's/-*$//')").log"
  # A process group of its own, so that an interrupted step is ended with all that it called.
  set -m
  (set +m -e; trap - EXIT INT TERM HUP; exec 9>&-; "$@") </dev/null >"$log" 2>&1 &
  STEP_PID=$!
  set +m
  at_end end_process "$STEP_PID" "$(started "$STEP_PID")"
  wait "$STEP_PID" || status=$?
  STEP_PID=''
  if ((status == 0)); then
    row "$name" ok "$(seconds_since "$began")"
    return 0
  fi
  row "$name" FAILED "$(seconds_since "$began")"
  say "--- the end of $log"
  tail -n 40 "$log" >&2
  exit 1
}

# measured <what> <value>: a row of the table that is a figure, or a fact, rather than a step.
measured() { row "$1" "$2" ''; }

row() {
  printf '%s\t%s\t%s\t%s\n' "$PART" "$1" "$2" "$3" >>"$_REHEARSE_ROWS"
  printf '%-9s %-70s %-18s %8s\n' "$PART" "$1" "$2" "$3" >&6
}

# The engine and the images that Dockerfile and compose file build on; only what is missing makes rows.
needs_engine() {
  # shellcheck source=deploy/rehearse/tools/engine.sh
  source "$ROOT/deploy/rehearse/tools/engine.sh"
  engine_answers || step 'install and start a container engine' start_engine
  [[ -z "$("$ROOT/deploy/rehearse/tools/base-images" missing)" ]] \
    || step 'base images, from their registry or made here' "$ROOT/deploy/rehearse/tools/base-images"
}

# needs_helm <3|4>: sets HELM and KUBECTL.
needs_helm() {
  HELM="$TOOLS/helm$1/helm" KUBECTL="$TOOLS/helm$1/kubectl"
  [[ -x "$HELM" && -x "$KUBECTL" ]] || step "get helm $1" get_helm "$1"
  export HELM KUBECTL
}

# needs_program <program> <package>: without making a row of its own.
needs_program() { has "$1" || install_packages "$1" "$2"; }

get_helm() {
  ensure_node
  needs_program python3 python3
  "$ROOT/deploy/rehearse/tools/get-helm" "$1" "$TOOLS/helm$1"
}

# seconds_since <value of EPOCHREALTIME>
seconds_since() {
  local micros=$((${EPOCHREALTIME/./} - ${1/./}))
  printf '%d.%d' $((micros / 1000000)) $((micros % 1000000 / 100000))
}

# within <seconds> <command>...: repeats it until it succeeds; fails when the time is over.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || { say "Still not so: $*"; return 1; }
    sleep 0.2
  done
}

# at_end <command>...: what takes away again what comes next.
at_end() { printf '%q ' "$@" >>"$UNDO"; printf '\n' >>"$UNDO"; }

# background <name> <command>...: a process with a log of its own that ends with the part. Leaves its id in $WORK/<name>.pid.
background() {
  local name="$1" pid
  shift
  setsid "$@" </dev/null >"$REHEARSE/$PART/$name.log" 2>&1 6>&- 9>&- &
  pid=$!
  disown "$pid"
  at_end end_process "$pid" "$(started "$pid")"
  printf '%s\n' "$pid" >"$WORK/$name.pid"
}

# When a process started, in the kernel's ticks: with it an id cannot be mistaken for that of another process.
started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# end_process <pid> <when it started>: with everything in its process group.
end_process() {
  [[ -n "$2" && "$(started "$1")" == "$2" ]] || return 0
  kill -TERM "-$1" 2>/dev/null || kill -TERM "$1" 2>/dev/null || return 0
  within 15 group_is_gone "$1" || kill -KILL "-$1" 2>/dev/null || true
}

group_is_gone() { ! kill -0 "-$1" 2>/dev/null; }

# undo <file>: runs its lines from the last to the first; one that fails does not keep the others from running.
undo() {
  local line
  while IFS= read -r line; do
    eval "$line" </dev/null >>"$REHEARSE/undo.log" 2>&1 || say "Could not undo: $line(see $REHEARSE/undo.log)"
  done < <(tac "$1")
  rm -f "$1"
}

# A rehearsal that was killed could not undo anything. The next one does it.
undo_leftovers() {
  local file
  for file in "$REHEARSE"/undo.*[0-9]; do
    [[ ! -f "$file" ]] || undo "$file"
  done
  rm -f "$REHEARSE"/rows.*
}

end_part() {
  local status=$?
  trap '' INT TERM HUP
  set +e
  if [[ -n "$STEP_PID" ]]; then row "$STEP_NAME" interrupted ''; fi
  undo "$UNDO"
  if [[ "${_REHEARSE_OWNER:-}" == "$$" ]]; then
    print_table "$_REHEARSE_ROWS" | tee "$REHEARSE/table.txt" >&6
    rm -f "$_REHEARSE_ROWS"
  fi
  exit "$status"
}

# print_table <rows>
print_table() {
  printf '\n%-9s %-70s %-18s %8s\n' part step result seconds
  awk -F '\t' '{ printf "%-9s %-70s %-18s %8s\n", $1, $2, $3, $4; total += $4; failed += $3 == "FAILED" || $3 == "interrupted" }
    END { printf "\n%s after %d min %02d s\n", failed ? "not finished" : "all as it should be", total / 60, total % 60 }' "$1"
}
