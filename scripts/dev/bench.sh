# ./dev bench: measurements, one command at a time. They pass no judgement; whoever reads the numbers does. But for faults, alerts,
# limits, upgrade and backup, which are promises.

bench_command() {
  case "${1:-}" in
    faults | alerts | limits | upgrade | backup) bench_rehearsal "$@" ;;
    '' | --* | load | replicas | warm | telemetry | compare | steady) bench_load "$@" ;;
    scale) bench_scale "$@" ;;
    *) bench_program tests/FederatedIdentity.Benchmarks "$@" ;;
  esac
}

# bench_build <project>
bench_build() {
  ensure_local
  on_exit stop_child 130
  ensure_dotnet
  run_child dotnet build "$1" -c Release --nologo -v quiet ${RESTORE_OPTIONS[@]+"${RESTORE_OPTIONS[@]}"} || die 'The build failed.'
}

# bench_program <project> <argument>...
bench_program() {
  local project="$1"
  shift
  bench_build "$project"
  run_child dotnet "$project/bin/Release/net10.0/${project##*/}.dll" "$@"
}

# The published server under load, with a PostgreSQL, a Redis and peers of its own. Without a word it is the whole bench.
bench_load() {
  local project=tests/FederatedIdentity.Benchmarks
  if [[ "${1:---}" == --* ]]; then set -- load "$@"; fi
  bench_build "$project"
  bench_publish
  ensure_node
  ensure_peers
  if [[ -z "${FEDERATED_IDENTITY_TEST_REDIS:-}" ]]; then
    ensure_redis
    export FEDERATED_IDENTITY_TEST_REDIS="$REDIS"
  fi
  has wrk || install_packages wrk wrk
  find_postgres || { install_postgres && find_postgres; } || die 'PostgreSQL is needed and was not found.'
  choose_db_user
  export PATH="$PG_BIN:$PATH"
  run_child dotnet "$project/bin/Release/net10.0/${project##*/}.dll" "$@"
}

# Millions of identities in a PostgreSQL of its own, which is kept in .local/bench/scale for the next run.
bench_scale() {
  local project=tests/FederatedIdentity.Benchmarks
  bench_build "$project"
  bench_publish
  has wrk || install_packages wrk wrk
  find_postgres || { install_postgres && find_postgres; } || die 'PostgreSQL is needed and was not found.'
  choose_db_user
  export PATH="$PG_BIN:$PATH"
  run_child dotnet "$project/bin/Release/net10.0/${project##*/}.dll" "$@"
}

bench_publish() {
  publish_server "$LOCAL/bench/server"
  export FEDERATED_IDENTITY_BENCH_SERVER="$LOCAL/bench/server/FederatedIdentity.Server.dll"
}

# A rehearsal starts a PostgreSQL of its own. As root it runs in a network of its own, where the kernel can be told to drop packets.
bench_rehearsal() {
  local project=tests/FederatedIdentity.FaultTests network=()
  bench_build "$project"
  ensure_test_programs
  if [[ "$1" == alerts ]]; then
    ensure_prometheus
    export FEDERATED_IDENTITY_TEST_PROMETHEUS="$PROMETHEUS"
  fi
  find_postgres || { install_postgres && find_postgres; } || die 'PostgreSQL is needed and was not found.'
  choose_db_user
  export PATH="$PG_BIN:$PATH"
  if [[ "$1" == upgrade ]]; then
    ensure_previous
    export FEDERATED_IDENTITY_TEST_PREVIOUS="$PREVIOUS"
  fi
  ensure_faketime && export FEDERATED_IDENTITY_TEST_FAKETIME="$FAKETIME"
  if ensure_nftables; then
    export FEDERATED_IDENTITY_TEST_OWN_NETWORK=yes
    # shellcheck disable=SC2016
    network=(unshare --net -- sh -c 'ip link set lo up && exec "$@"' sh)
  fi
  run_child ${network[@]+"${network[@]}"} dotnet "$project/bin/Release/net10.0/${project##*/}.dll" "$@"
}
