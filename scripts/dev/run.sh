# ./dev run: a private PostgreSQL and the server in the foreground. With --full see redis.sh.

# default NAME VALUE: exports a variable that the user has not set.
default() {
  if [[ -z "${!1+set}" ]]; then
    export "$1=$2"
  fi
}

# The keys of the first administrator, in the files the AWS CLI reads. The first run decides them.
ensure_aws_files() {
  local directory="$LOCAL/aws" region="${FederatedIdentity__Region:-us-east-1}"
  mkdir -p "$directory"
  if [[ ! -s "$directory/credentials" ]]; then
    write_private "$directory/credentials" <<TEXT
[default]
aws_access_key_id = ${FederatedIdentity__Bootstrap__AccessKeyId:-AKIA$(random_text 16 A-Z2-7)}
aws_secret_access_key = ${FederatedIdentity__Bootstrap__SecretAccessKey:-$(random_text 40 A-Za-z0-9)}
TEXT
  fi
  if [[ ! -s "$directory/config" ]]; then
    write_private "$directory/config" <<TEXT
[default]
region = $region
endpoint_url = $BASE_URL
TEXT
  elif ! grep -qxF "endpoint_url = $BASE_URL" "$directory/config"; then
    sed "s|^endpoint_url = .*|endpoint_url = $BASE_URL|" "$directory/config" | write_private "$directory/config"
  fi
}

credential() { sed -n "s/^$1 = //p" "$LOCAL/aws/credentials" | head -n 1; }

ensure_master_key() {
  [[ -s "$LOCAL/master-key" ]] || head -c 32 /dev/urandom | base64 | write_private "$LOCAL/master-key"
}

export_settings() {
  default ASPNETCORE_ENVIRONMENT Development
  default ASPNETCORE_URLS "$BASE_URL"
  default FederatedIdentity__Issuer "$BASE_URL"
  default FederatedIdentity__Bootstrap__AccessKeyId "$(credential aws_access_key_id)"
  default FederatedIdentity__Bootstrap__SecretAccessKey "$(credential aws_secret_access_key)"
  if [[ -z "${FederatedIdentity__MasterKeyFile:-}" ]]; then
    ensure_master_key
    default FederatedIdentity__MasterKey "$(cat "$LOCAL/master-key")"
  fi
}

print_how_to_call() {
  cat <<TEXT

To call the server from another terminal:

  export AWS_SHARED_CREDENTIALS_FILE=$(printf %q "$LOCAL/aws/credentials")
  export AWS_CONFIG_FILE=$(printf %q "$LOCAL/aws/config")
  export ENDPOINT=$BASE_URL
  aws cognito-identity list-identity-pools --max-results 10 --endpoint-url "\$ENDPOINT"

TEXT
}

check_port() {
  PORT="${PORT:-8080}"
  if ! [[ "$PORT" =~ ^[1-9][0-9]{0,4}$ ]] || ((PORT > 65535)); then
    die "PORT must be a number from 1 to 65535, not '$PORT'."
  fi
  BASE_URL="http://127.0.0.1:$PORT"
  if [[ -z "${ASPNETCORE_URLS:-}" ]] && port_taken "$PORT"; then
    die "Port $PORT is taken by another program. Choose another one: PORT=$((PORT % 65535 + 1)) ./dev run"
  fi
}

RUN_CLUSTER=''
WATCHER=''

run_cleanup() {
  stop_child
  stop_children
  if [[ -n "$WATCHER" ]]; then kill -KILL "$WATCHER" 2>/dev/null || true; fi
  rm -f "$LOCAL/run/$$"
  if [[ -n "$RUN_CLUSTER" ]]; then
    release_cluster "$RUN_CLUSTER"
  fi
}

# start_watcher <pid>...: ends these processes should this script be killed before it can.
start_watcher() {
  local apart=()
  if has setsid; then apart=(setsid); fi
  ${apart[@]+"${apart[@]}"} "$BASH" "$ROOT/dev" __watch "$$" "$RUN_CLUSTER" "$@" </dev/null >/dev/null 2>&1 8>&- 9>&- &
  WATCHER=$!
  disown "$WATCHER"
}

serve() {
  local status=0
  dotnet "$SERVER" 8>&- 9>&- </dev/null &
  CHILD=$!
  mkdir -p "$LOCAL/run"
  printf '%s\n' "$CHILD" >"$LOCAL/run/$$"
  start_watcher "$CHILD"
  wait "$CHILD" || status=$?
  CHILD=''
  say "The server ended by itself with status $status."
  exit "$((status == 0 ? 1 : status))"
}

run_command() {
  local serve=serve
  if [[ "${1:-}" == --full ]]; then
    serve=serve_full
    shift
    [[ -z "${ASPNETCORE_URLS:-}" ]] || die "'./dev run --full' chooses where its replicas listen; PORT chooses where clients call."
  fi
  [[ $# == 0 ]] || die "'./dev run' takes no arguments but --full; it is configured by environment variables."
  ensure_local
  on_exit run_cleanup 0
  stop_leftover_servers
  check_port
  build_server
  if [[ -z "${ConnectionStrings__Postgres:-}" ]]; then
    RUN_CLUSTER=postgres
    use_cluster postgres federated_identity NOSUPERUSER
    export ConnectionStrings__Postgres="$CONNECTION"
  fi
  ensure_aws_files
  export_settings
  run_child dotnet "$SERVER" migrate || die 'The migrations failed; the server was not started.'
  print_how_to_call
  "$serve"
}
