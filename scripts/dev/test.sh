# ./dev test: every test project, in two lanes, and one line that sums up.

PASSED=0 FAILED=0 SKIPPED=0
RESULTS="$LOCAL/test-results"

ensure_peers() {
  local folder="$ROOT/tests/Peers" wanted
  [[ -f "$folder/package-lock.json" ]] || return 0
  wanted="$(cksum <"$folder/package-lock.json")"
  [[ "$(cat "$folder/node_modules/.installed" 2>/dev/null)" == "$wanted" ]] && return 0
  say 'Installing the test peers (npm ci)'
  run_child npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error >&2 || die 'npm ci failed in tests/Peers.'
  printf '%s\n' "$wanted" >"$folder/node_modules/.installed"
}

# test_filter <word>...: tests whose full name contains one of the words.
test_filter() {
  local word expression=''
  for word in "$@"; do
    expression+="${expression:+|}FullyQualifiedName~$word"
  done
  printf '%s' "$expression"
}

# The results that a trx file holds, one outcome a line.
outcomes() { { grep -o '<UnitTestResult [^>]*>' "$1" 2>/dev/null || true; } | sed -n 's/.* outcome="\([A-Za-z]*\)".*/\1/p'; }

# Names and first message lines of what failed.
print_failures() {
  # The outcome is in the element's own tag; behind the last one follows that of the whole run.
  awk -v RS='<UnitTestResult ' '{ tag = $0; sub(/>.*/, "", tag) }
    NR > 1 && tag ~ /outcome="(Failed|Error|Timeout|Aborted)"/ {
      name = $0; sub(/.*testName="/, "", name); sub(/".*/, "", name)
      message = ""
      if (index($0, "<Message>")) { message = $0; sub(/.*<Message>/, "", message); sub(/<\/Message>.*/, "", message) }
      gsub(/\r/, "", message); gsub(/\n/, "\n      ", message)
      print "  " name (message == "" ? "" : "\n      " message)
    }' "$1" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#x[Aa];/ /g; s/&amp;/\&/g'
}

# Tests of the longest project that share nothing with its others, and so may run beside them.
INTEGRATION=FederatedIdentity.IntegrationTests
APART=("$INTEGRATION.Keys." "$INTEGRATION.Redis.")

# part_filter <part>: the tests of a part, which is a project, or of the longest one those that run apart, or the others.
part_filter() {
  local name expression=''
  case "$1" in
    "$INTEGRATION.Apart") test_filter "${APART[@]}" ;;
    "$INTEGRATION")
      for name in "${APART[@]}"; do expression+="${expression:+&}FullyQualifiedName!~$name"; done
      printf '%s' "$expression"
      ;;
  esac
}

# run_part <part> <filter>: leaves its results and the status that it ended with.
run_part() {
  local project="${1%.Apart}" status=0 filter options=()
  filter="$(part_filter "$1")"
  if [[ -n "$filter" && -n "$2" ]]; then filter="($filter)&($2)"; else filter+="$2"; fi
  if [[ -n "$filter" ]]; then options=(--filter "$filter"); fi
  run_child dotnet test "tests/$project/$project.csproj" --no-build -c Release --nologo --results-directory "$RESULTS" \
    --logger "trx;LogFileName=$1.trx" --logger 'console;verbosity=minimal' ${options[@]+"${options[@]}"} || status=$?
  printf '%s\n' "$status" >"$RESULTS/$1.status"
}

# Tests have servers and databases of their own, which nobody would stop any more.
stop_tests() {
  local pid started
  [[ -n "$CHILD" ]] || return 0
  started="$(descendants_of "$CHILD")"
  for pid in $started; do
    case "$(command_of "$pid")" in
      *vstest* | *testhost*) kill -KILL "$pid" 2>/dev/null || true ;; # Else the next test starts others meanwhile.
    esac
  done
  # shellcheck disable=SC2086
  kill -TERM $started 2>/dev/null || true
  stop_child
  for pid in $started; do
    stop_process "$pid" 5
  done
}

LANES=()

# start_lane <filter> <part>...: runs the parts one after the other, in the background.
start_lane() {
  (
    trap 'stop_tests' EXIT
    trap 'exit 130' INT TERM HUP
    for part in "${@:2}"; do
      run_part "$part" "$1"
    done
  ) &
  LANES+=("$!")
}

# Most tests wait most of the time, for processes and clocks, so two lanes take little longer than the longer of them. They take about as
# long as each other.
run_parts() {
  local project part lane others=()
  for project in tests/*/*Tests.csproj; do
    part="$(basename "$project" .csproj)"
    if [[ "$part" != "$INTEGRATION" ]]; then others+=("$part"); fi
  done
  others+=("$INTEGRATION.Apart")
  start_lane "$1" "$INTEGRATION"
  start_lane "$1" "${others[@]}"
  for lane in "${LANES[@]}"; do
    wait "$lane" || true # What a part that did not end left behind is judged below.
  done
  LANES=()
  for part in "${others[@]}" "$INTEGRATION"; do
    judge_part "$part"
  done
}

stop_lanes() {
  local lane
  for lane in ${LANES[@]+"${LANES[@]}"}; do
    kill -TERM "$lane" 2>/dev/null || true
  done
  for lane in ${LANES[@]+"${LANES[@]}"}; do
    stop_process "$lane" 60 # Each gives its tests 25 seconds, and what they started 5.
    wait "$lane" 2>/dev/null || true
  done
}

# judge_part <part>: adds what its run left to the sums and to failures.txt.
judge_part() {
  local trx="$RESULTS/$1.trx" failed status
  status="$(cat "$RESULTS/$1.status" 2>/dev/null || printf 'unknown')"
  failed="$(outcomes "$trx" | grep -cvxE 'Passed|NotExecuted' || true)"
  PASSED=$((PASSED + $(outcomes "$trx" | grep -cx Passed || true)))
  SKIPPED=$((SKIPPED + $(outcomes "$trx" | grep -cx NotExecuted || true)))
  if ((failed > 0)); then
    { printf '%s:\n' "$1"; print_failures "$trx"; } >>"$RESULTS/failures.txt"
  elif [[ "$status" != 0 ]]; then
    # A run that ends badly without a failed test has crashed; that must not count as success.
    failed=1
    printf '%s: the test run ended with status %s and no failed test.\n' "$1" "$status" >>"$RESULTS/failures.txt"
  fi
  FAILED=$((FAILED + failed))
}

print_summary() {
  if [[ -s "$RESULTS/failures.txt" ]]; then
    printf '\nFailed:\n'
    cat "$RESULTS/failures.txt"
  fi
  if ((SKIPPED > 0)); then
    printf '\n%s passed, %s failed, %s skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  else
    printf '\n%s passed, %s failed\n' "$PASSED" "$FAILED"
  fi
}

TEST_CLUSTER=''

test_cleanup() {
  stop_lanes
  stop_child
  if [[ -n "$TEST_CLUSTER" ]]; then
    release_cluster "$TEST_CLUSTER"
  fi
}

test_command() {
  ensure_local
  on_exit test_cleanup 130 # an interrupted test run has proved nothing
  ensure_dotnet
  ensure_node
  ensure_peers
  if [[ -z "${FEDERATED_IDENTITY_TEST_AWS_CLI:-}" ]]; then
    ensure_aws_cli
    export FEDERATED_IDENTITY_TEST_AWS_CLI="$AWS_CLI"
  fi
  if [[ -z "${FEDERATED_IDENTITY_TEST_PYTHON:-}" ]]; then
    ensure_python
    export FEDERATED_IDENTITY_TEST_PYTHON="$PYTHON"
  fi
  if [[ -z "${FEDERATED_IDENTITY_TEST_GO:-}" ]]; then
    ensure_go
    export FEDERATED_IDENTITY_TEST_GO="$GO"
  fi
  if [[ -z "${FEDERATED_IDENTITY_TEST_NGINX:-}" ]]; then
    ensure_nginx
    export FEDERATED_IDENTITY_TEST_NGINX="$NGINX"
  fi
  ensure_test_programs
  if [[ -z "${FEDERATED_IDENTITY_TEST_PREVIOUS:-}" ]]; then
    ensure_previous
    export FEDERATED_IDENTITY_TEST_PREVIOUS="$PREVIOUS"
  fi
  if [[ -z "${FEDERATED_IDENTITY_TEST_POSTGRES:-}" ]]; then
    TEST_CLUSTER=test-postgres
    use_cluster test-postgres federated_identity_tests SUPERUSER
    export FEDERATED_IDENTITY_TEST_POSTGRES="$CONNECTION"
  fi
  rm -rf "$RESULTS"
  mkdir -p "$RESULTS"
  run_child dotnet build FederatedIdentity.sln -c Release --nologo -v quiet ${RESTORE_OPTIONS[@]+"${RESTORE_OPTIONS[@]}"} \
    || die 'The build failed.'
  if [[ $# == 0 && -z "${FEDERATED_IDENTITY_TEST_SERVER:-}" ]]; then
    # What is shipped is what is tested, and it starts in half the time; but for a few tests it would not be worth the compiling.
    publish_server "$LOCAL/test-server"
    export FEDERATED_IDENTITY_TEST_SERVER="$LOCAL/test-server/FederatedIdentity.Server.dll"
  fi
  run_parts "$(test_filter "$@")"
  # What stops the cluster prints nothing, so the summary stays the last line.
  print_summary
  ((FAILED == 0 && PASSED > 0 && SKIPPED == 0)) || exit 1
}
