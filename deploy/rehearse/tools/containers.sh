# Runs the image $TAG with a PostgreSQL of its own, as strictly as an engine can, and measures it. $NAME begins the names of what is
# made; where the server answers is left in $WORK/endpoint and $WORK/management.

STRICT=(--read-only --cap-drop ALL --security-opt no-new-privileges --pids-limit 512 --memory 512m)

# make_image <name>: of this checkout, or under that name the image that $FEDERATED_IDENTITY_IMAGE names.
make_image() {
  at_end docker image rm --force "$1"
  if [[ -n "${FEDERATED_IDENTITY_IMAGE:-}" ]]; then
    docker tag "$FEDERATED_IDENTITY_IMAGE" "$1"
  else
    IMAGE="$1" "$ROOT/deploy/build"
  fi
}

image_size() { printf '%d' $(($(docker image inspect --format '{{.Size}}' "$1") / 1000000)); }

added_size() { printf '%d' $((($(docker image inspect --format '{{.Size}}' "$1") - $(docker image inspect --format '{{.Size}}' "$2")) / 1000000)); }

start_postgres() {
  local password
  docker network create "$NAME" >/dev/null
  at_end docker network rm "$NAME"
  password="$(random_text 32 A-Za-z0-9)"
  write_private "$WORK/postgres.env" <<<"POSTGRES_PASSWORD=$password"
  at_end docker rm --force --volumes "$NAME-postgres"
  docker run --detach --name "$NAME-postgres" --network "$NAME" --env-file "$WORK/postgres.env" postgres:17
  write_private "$WORK/server.env" <<TEXT
ConnectionStrings__Postgres=Host=$NAME-postgres;Username=postgres;Password=$password;Database=postgres
FederatedIdentity__Issuer=https://id.example.com
FederatedIdentity__MasterKey=$(head -c 32 /dev/urandom | base64)
FederatedIdentity__Bootstrap__AccessKeyId=AKIA$(random_text 16 A-Z2-7)
FederatedIdentity__Bootstrap__SecretAccessKey=$(random_text 40 A-Za-z0-9)
FederatedIdentity__RateLimits__Enabled=false
TEXT
  within 60 docker exec "$NAME-postgres" pg_isready --quiet --host=127.0.0.1
}

# serve_once <verb>: runs a verb to its end.
serve_once() { docker run --rm --network "$NAME" --env-file "$WORK/server.env" "${STRICT[@]}" "$TAG" "$@"; }

# serve <why> [option]...: starts the server, in place of one that runs, and prints how long it took until it was ready.
serve() {
  local id began cpu
  shift
  docker rm --force "$NAME-server" >/dev/null 2>&1 || true
  at_end docker rm --force "$NAME-server"
  id="$(docker run --detach --name "$NAME-server" --network "$NAME" --env-file "$WORK/server.env" "${STRICT[@]}" \
    --publish 127.0.0.1::8080 --publish 127.0.0.1::8081 "$@" "$TAG")"
  began="$(date --date "$(docker inspect --format '{{.State.StartedAt}}' "$id")" +%s%3N)"
  printf 'http://%s\n' "$(docker port "$id" 8080)" >"$WORK/endpoint"
  printf 'http://%s\n' "$(docker port "$id" 8081)" >"$WORK/management"
  until curl --silent --fail --output /dev/null "$(<"$WORK/management")/health/ready"; do
    [[ "$(docker inspect --format '{{.State.Running}}' "$id")" == true ]] || { docker logs "$id" >&2; return 1; }
    sleep 0.02
  done
  began=$(($(date +%s%3N) - began))
  cpu="$(cpu_ms)"
  printf '%d ms (%d ms)\n' "$began" "$cpu"
}

server_process() { docker inspect --format '{{.State.Pid}}' "$NAME-server"; }

# What the server has used since it began.
cpu_ms() { awk -v tick="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1000 / tick }' "/proc/$(server_process)/stat"; }

# What is resident, and what of that is the server's own: the rest are pages of files, which all replicas of a machine share.
memory() {
  awk '/^VmRSS|^RssAnon|^RssShmem/ { kib[$1] = $2 }
    END { printf "RSS %d MiB, its own %d MiB\n", kib["VmRSS:"] / 1024, (kib["RssAnon:"] + kib["RssShmem:"]) / 1024 }' "/proc/$(server_process)/status"
}

calls() {
  "$ROOT/tests/Peers/node" "$ROOT/deploy/rehearse/tools/calls.mjs" --endpoint "$(<"$WORK/endpoint")" --pool "$(<"$WORK/pool")" "$@"
}

# aws_call <operation> [option]...: as the first administrator
aws_call() {
  local setting=FederatedIdentity__Bootstrap__
  AWS_ACCESS_KEY_ID="$(sed -n "s/^${setting}AccessKeyId=//p" "$WORK/server.env")" \
  AWS_SECRET_ACCESS_KEY="$(sed -n "s/^${setting}SecretAccessKey=//p" "$WORK/server.env")" \
  AWS_REGION=us-east-1 AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null \
    "$(find_aws_cli)" cognito-identity --endpoint-url "$(<"$WORK/endpoint")" "$@"
}
