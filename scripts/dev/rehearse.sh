# ./dev rehearse: what an operator will do with image, compose file and chart, done here first. Each part is a script of its own in
# deploy/rehearse and may be started by itself; docs/rehearsal.md tells what they do.

REHEARSAL=(image compose chart cluster upgrade backup alerts)

rehearse_command() {
  local wanted=("$@") name
  case "${1:-long}" in
    short) wanted=(chart) ;;
    long) wanted=("${REHEARSAL[@]}") ;;
  esac
  for name in "${wanted[@]}"; do
    [[ " ${REHEARSAL[*]} " == *" $name "* ]] || die "There is no part '$name' of the rehearsal; there are: short, long, ${REHEARSAL[*]}."
  done
  # shellcheck source=deploy/rehearse/common.sh
  source "$ROOT/deploy/rehearse/common.sh"
  part prepare
  needs_program shellcheck shellcheck
  step 'shellcheck of every script' check_scripts
  # An engine that is started here serves all parts and ends with the last.
  if [[ "${wanted[*]}" != chart ]]; then
    needs_engine
  fi
  for name in "${wanted[@]}"; do
    rehearse_part "$name"
  done
}

# By its first line or by its name; those that the scripts write themselves are part of them.
all_scripts() {
  find dev .ci scripts deploy helm -type f -not -path '*/node_modules/*' \
    -exec awk 'FNR == 1 && (/^#!.*[\/ ](ba)?sh$/ || FILENAME ~ /\.sh$/) { print FILENAME } { nextfile }' {} +
}

check_scripts() { all_scripts | xargs -d '\n' shellcheck; }

# A part ends what it started before it ends itself, so it is waited for even when this script is told to stop.
rehearse_part() {
  local status=0
  "$ROOT/deploy/rehearse/$1" 9>&- </dev/null &
  CHILD=$!
  trap 'kill -TERM "$CHILD" 2>/dev/null; wait "$CHILD"; exit 130' INT TERM HUP
  wait "$CHILD" || status=$?
  CHILD=''
  trap 'exit 130' INT TERM HUP
  ((status == 0)) || exit "$status"
}
