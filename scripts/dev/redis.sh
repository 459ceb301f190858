# What ./dev run --full adds: a private Redis, two replicas, and HAProxy on the port that clients call. Everything it needs lies in
# a directory of its own, and nothing of it outlives the script.

FULL=''      # that directory
CHILDREN=()  # in the order in which they are stopped

free_port() {
  local port=''
  while [[ -z "$port" ]] || port_taken "$port"; do
    port=$((20000 + RANDOM % 12000))
  done
  printf '%s' "$port"
}

# answers <port>: whether a replica, or one behind the proxy, is ready there.
answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3
    IFS= read -r -t 5 line <&3 && [[ "$line" == *' 200 '* ]]
  ) 2>/dev/null
}

# The link gives the process a name by which it is known as ours; Redis shows no more of its command line.
# Sets ConnectionStrings__Redis. The password is in a file, because others can see command lines.
start_redis() {
  local port password _
  ensure_redis
  ln -sf "$REDIS" "$FULL/redis-server"
  password="$(random_text 40 A-Za-z0-9)"
  for _ in 1 2 3 4 5; do
    port="$(free_port)"
    write_private "$FULL/redis.conf" <<TEXT
bind 127.0.0.1
port $port
requirepass $password
save ""
appendonly no
maxmemory 256mb
maxmemory-policy volatile-lru
dir "$FULL"
logfile "$FULL/redis.log"
TEXT
    "$FULL/redis-server" "$FULL/redis.conf" 8>&- 9>&- </dev/null >/dev/null 2>&1 &
    adopt "$!"
    while alive "${CHILDREN[0]}" && ! port_taken "$port"; do
      sleep 0.1
    done
    if alive "${CHILDREN[0]}"; then
      export ConnectionStrings__Redis="127.0.0.1:$port,password=$password"
      return 0
    fi
    CHILDREN=("${CHILDREN[@]:1}")
  done
  tail -n 5 "$FULL/redis.log" >&2
  die 'Redis did not start.'
}

# start_replica <port>: prints what the server logs, but not where it listens, which is nobody's business.
start_replica() {
  ASPNETCORE_URLS="http://127.0.0.1:$1" dotnet "$SERVER" 8>&- 9>&- </dev/null \
    > >(exec grep --line-buffered -v '^Federated Identity is ready on ' 8>&- 9>&-) &
  adopt "$!"
}

# start_proxy <port>...: in front of the replicas.
start_proxy() {
  local port
  ensure_haproxy
  {
    cat <<TEXT
global
  maxconn 4096
defaults
  mode http
  timeout connect 2s
  timeout http-request 15s
  timeout client 130s
  timeout server 60s
  option forwardfor
  option redispatch 1
  retry-on conn-failure
frontend clients
  bind 127.0.0.1:$PORT
  default_backend replicas
backend replicas
  balance roundrobin
  option httpchk GET /health/ready
TEXT
    for port in "$@"; do
      printf '  server replica-%s 127.0.0.1:%s check inter 500ms fall 2 rise 1\n' "$port" "$port"
    done
  } | write_private "$FULL/haproxy.cfg"
  "$HAPROXY" -db -f "$FULL/haproxy.cfg" 8>&- 9>&- </dev/null >"$FULL/haproxy.log" 2>&1 &
  adopt "$!"
}

# Remembers a process, also where a later ./dev finds it. What was started last is stopped first.
adopt() {
  CHILDREN=("$1" ${CHILDREN[@]+"${CHILDREN[@]}"})
  printf '%s\n' "$1" >>"$LOCAL/run/$$"
}

all_alive() {
  local pid
  for pid in "${CHILDREN[@]}"; do
    alive "$pid" || return 1
  done
}

stop_children() {
  local pid
  for pid in ${CHILDREN[@]+"${CHILDREN[@]}"}; do
    stop_process "$pid" 25
    wait "$pid" 2>/dev/null || true
  done
  CHILDREN=()
  if [[ -n "$FULL" ]]; then rm -rf "$FULL"; fi
}

pause() { sleep "$1" & wait "$!"; }

serve_full() {
  local first second
  FULL="$LOCAL/full/$$"
  mkdir -p "$LOCAL/run" "$FULL"
  chmod 700 "$FULL"
  if [[ -z "${ConnectionStrings__Redis:-}" ]]; then start_redis; fi
  default FederatedIdentity__TrustedProxies__0 127.0.0.1 # Says who called, and it is the proxy who knows.
  first="$(free_port)"
  start_replica "$first"
  second="$(free_port)"
  while [[ "$second" == "$first" ]]; do second="$(free_port)"; done
  start_replica "$second"
  start_proxy "$first" "$second"
  start_watcher "${CHILDREN[@]}"
  until answers "$first" && answers "$second" && answers "$PORT"; do
    all_alive || die "A replica or the proxy ended by itself. $(cat "$FULL/haproxy.log")"
    pause 0.2
  done
  printf 'Federated Identity is ready on %s\n' "$BASE_URL"
  while all_alive; do
    pause 1
  done
  die 'A replica, the proxy or Redis ended by itself.'
}
