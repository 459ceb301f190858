# Private PostgreSQL clusters of this checkout: 'postgres' for run, 'test-postgres' for tests.
#
# A cluster is a directory with data/, log, port, password and socket. File descriptor 9 holds its lock while something is
# changed; descriptor 8 a shared lock for as long as a script uses it, so that the last user, and nobody earlier, stops it.

DB_USER=''  # the account PostgreSQL runs as when we are root, which it refuses to run as
PG_BIN=''
CLUSTER=''  # directory of the cluster that use_cluster chose

find_postgres() {
  local directory
  for directory in "$(dirname -- "$(command -v initdb 2>/dev/null || echo /nonexistent/initdb)")" \
    $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -Vr) \
    /opt/homebrew/opt/postgresql*/bin /opt/homebrew/bin /usr/local/opt/postgresql*/bin /usr/local/pgsql/bin; do
    if [[ -x "$directory/initdb" && -x "$directory/pg_ctl" && -x "$directory/postgres" && -x "$directory/psql" ]]; then
      PG_BIN="$directory"
      return 0
    fi
  done
  return 1
}

choose_db_user() {
  [[ "$(id -u)" == 0 ]] || return 0
  DB_USER=postgres
  if ! id postgres >/dev/null 2>&1; then
    DB_USER=federated-identity-dev
    id "$DB_USER" >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin "$DB_USER" \
      || die "PostgreSQL does not run as root, and no account could be created for it."
  fi
}

# Runs a PostgreSQL program as the right user, from a directory it can read, without the caller's PG* variables.
as_db() {
  local switch=()
  if [[ -n "$DB_USER" ]]; then
    switch=(setpriv --reuid "$DB_USER" --regid "$(id -g "$DB_USER")" --init-groups --)
  fi
  (cd / && exec env -i PATH="$PG_BIN:$PATH" LC_ALL=C TZ=UTC ${switch[@]+"${switch[@]}"} "$@" 8>&- 9>&-)
}

checkout_hash() { printf '%s' "$ROOT" | sha256sum | cut -c1-16; }

outside_home() { printf '/var/lib/federated-identity-dev/%s' "$(checkout_hash)"; }

# Sets CLUSTER to the directory of the named cluster and takes its lock. When PostgreSQL's user cannot reach the checkout
# (below a home directory, for example) the directory lies outside and a link points there: permissions that are not ours stay as they are.
open_cluster() {
  local link="$LOCAL/$1" outside
  ensure_local
  exec 9>"$LOCAL/$1.lock"
  if has flock; then flock 9; fi
  if [[ -z "$DB_USER" ]]; then
    CLUSTER="$link"
    mkdir -p "$CLUSTER"
  elif as_db test -x "$LOCAL"; then
    CLUSTER="$link"
    [[ -d "$CLUSTER" ]] || install -d -m 700 -o "$DB_USER" "$CLUSTER"
  else
    outside="$(outside_home)"
    install -d -m 755 "${outside%/*}"
    install -d -m 711 "$outside"
    CLUSTER="$outside/$1"
    [[ -d "$CLUSTER" ]] || install -d -m 700 -o "$DB_USER" "$CLUSTER"
    [[ "$(readlink "$link" 2>/dev/null)" == "$CLUSTER" ]] || { rm -rf "$link" && ln -s "$CLUSTER" "$link"; }
  fi
}

unlock_cluster() { exec 9>&-; }

create_cluster() {
  [[ -f "$CLUSTER/data/PG_VERSION" ]] && return 0
  say "Creating a private PostgreSQL in $CLUSTER"
  # A directory that initdb did not finish must not look like a cluster: the name comes last.
  rm -rf "$CLUSTER/data.new"
  as_db initdb -D "$CLUSTER/data.new" --encoding=UTF8 --locale=C --auth-local=peer --auth-host=scram-sha-256 \
    >"$LOCAL/initdb.log" 2>&1 || { cat "$LOCAL/initdb.log" >&2; die 'initdb failed.'; }
  as_db tee "$CLUSTER/data.new/pg_hba.conf" >/dev/null <<'TEXT'
local all all peer
host  all all 127.0.0.1/32 scram-sha-256
TEXT
  as_db tee -a "$CLUSTER/data.new/postgresql.conf" >/dev/null <<'TEXT'

# As durable as production: what this cluster acknowledged survives a crash.
fsync = on
synchronous_commit = on
full_page_writes = on
max_connections = 200
password_encryption = 'scram-sha-256'
listen_addresses = '127.0.0.1'
unix_socket_permissions = 0700
TEXT
  as_db mv "$CLUSTER/data.new" "$CLUSTER/data"
}

# A line of postmaster.pid (1 process, 2 data directory, 4 port, 5 socket directory).
postmaster_line() { sed -n "$1p" "$CLUSTER/data/postmaster.pid" 2>/dev/null || true; }

# True when this very cluster runs. A copied checkout or a reused process id leaves a file that names somebody else.
cluster_running() {
  local pid
  pid="$(postmaster_line 1)"
  [[ -n "$pid" && "$(postmaster_line 2)" == "$CLUSTER/data" ]] || return 1
  alive "$pid" && [[ "$(command_of "$pid")" == *postgres* ]]
}

remove_socket_directory() {
  case "$1" in
    /tmp/federated-identity.*) as_db rm -rf "$1" ;;
  esac
}

start_cluster() {
  local attempt port socket
  cluster_running && return 0
  remove_socket_directory "$(postmaster_line 5)"
  rm -f "$CLUSTER/data/postmaster.pid"
  for attempt in 1 2 3 4 5 6 7 8; do
    port="$(cat "$CLUSTER/port" 2>/dev/null || true)"
    while [[ -z "$port" ]] || port_taken "$port"; do
      port=$((20000 + RANDOM % 12000))
    done
    # Below /tmp because a socket's whole path may have 107 bytes only, and a checkout's path may be longer.
    socket="$(as_db mktemp -d /tmp/federated-identity.XXXXXXXX)"
    if as_db pg_ctl start -D "$CLUSTER/data" -w -t 300 -s -l "$CLUSTER/log" \
      -o "-p $port -k $socket" </dev/null >/dev/null 2>&1; then
      printf '%s\n' "$port" | write_private "$CLUSTER/port"
      return 0
    fi
    remove_socket_directory "$socket"
    if tail -n 8 "$CLUSTER/log" | grep -q 'Address already in use'; then
      rm -f "$CLUSTER/port"
    else
      sleep 1 # the remains of a killed server let go of its memory within moments
    fi
  done
  tail -n 20 "$CLUSTER/log" >&2
  die "PostgreSQL did not start; the whole log is $CLUSTER/log."
}

stop_cluster() {
  local socket
  [[ -d "$CLUSTER/data" ]] && cluster_running || return 0
  socket="$(postmaster_line 5)"
  as_db pg_ctl stop -D "$CLUSTER/data" -m fast -w -t 60 -s >/dev/null 2>&1 \
    || as_db pg_ctl stop -D "$CLUSTER/data" -m immediate -w -t 30 -s >/dev/null 2>&1 \
    || say "PostgreSQL in $CLUSTER does not stop."
  remove_socket_directory "$socket"
}

# ensure_role <role> <options> <database>: brings role, password and database about; harmless when they exist.
ensure_role() {
  local password
  [[ -s "$CLUSTER/password" ]] || random_text 40 A-Za-z0-9 | write_private "$CLUSTER/password"
  password="$(cat "$CLUSTER/password")"
  as_db psql -X -q -h "$(postmaster_line 5)" -p "$(postmaster_line 4)" -d postgres -v ON_ERROR_STOP=1 -o /dev/null <<SQL
SET client_min_messages = error;
SELECT 'CREATE ROLE $1' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$1') \gexec
ALTER ROLE $1 LOGIN $2 PASSWORD '$password';
SELECT 'CREATE DATABASE $3 OWNER $1' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$3') \gexec
SQL
}

# use_cluster <name> <role> <role options>: a running cluster, and in CONNECTION how Npgsql reaches it.
use_cluster() {
  find_postgres || { install_postgres && hash -r && find_postgres; } || die 'PostgreSQL (initdb, pg_ctl, postgres, psql) was not found.'
  choose_db_user
  open_cluster "$1"
  exec 8>"$LOCAL/$1.users"
  if has flock; then flock -s 8; fi
  create_cluster
  start_cluster
  # A socket directory that was swept from /tmp leaves a server that only a restart makes reachable.
  ensure_role "$2" "$3" "$2" 2>/dev/null || { stop_cluster; start_cluster; ensure_role "$2" "$3" "$2"; }
  CONNECTION="Host=127.0.0.1;Port=$(postmaster_line 4);Username=$2;Password=$(cat "$CLUSTER/password");Database=$2"
  unlock_cluster
}

# Stops the named cluster unless another script of this checkout still uses it.
release_cluster() {
  [[ -e "$LOCAL/$1" ]] || return 0
  [[ -n "$PG_BIN" ]] || find_postgres || return 0
  choose_db_user
  open_cluster "$1"
  exec 8>"$LOCAL/$1.users"
  if ! has flock || flock -n -x 8; then
    stop_cluster
  fi
  exec 8>&-
  unlock_cluster
}

postgres_command() {
  use_cluster test-postgres federated_identity_tests SUPERUSER
  printf '%s\n' "$CONNECTION"
}
