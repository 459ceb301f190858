#!/bin/bash
# On the first start: a database as the variables of the official image say, and what lies in /docker-entrypoint-initdb.d. Then the
# server, as the user postgres.
set -euo pipefail

if [[ "$1" == -* ]]; then set -- postgres "$@"; fi
[[ "$1" == postgres ]] || exec "$@"

if [[ "$(id -u)" == 0 ]]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --clear-groups "$0" "$@"
fi

# from_file <variable>: takes it from the file that <variable>_FILE names, if that is set
from_file() {
  local file="$1_FILE"
  [[ -z "${!file:-}" ]] || export "$1=$(<"${!file}")"
}

as_owner() { psql -v ON_ERROR_STOP=1 --no-password --username "$POSTGRES_USER" "$@"; }

run_file() {
  # shellcheck source=/dev/null
  case "$1" in
    *.sh) if [[ -x "$1" ]]; then "$1"; else source "$1"; fi ;;
    *.sql) as_owner --dbname "$POSTGRES_DB" --file "$1" ;;
    *.sql.gz) gunzip -c "$1" | as_owner --dbname "$POSTGRES_DB" ;;
  esac
}

first_start() {
  local method="${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" file
  if [[ -z "${POSTGRES_PASSWORD:-}" && "$method" != trust ]]; then
    echo 'POSTGRES_PASSWORD is needed.' >&2
    exit 1
  fi
  # shellcheck disable=SC2086  # several options in one variable
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-}") ${POSTGRES_INITDB_ARGS:-}
  echo "host all all all $method" >>"$PGDATA/pg_hba.conf"
  pg_ctl -o "-c listen_addresses=''" -w start
  [[ "$POSTGRES_DB" == postgres ]] || as_owner --dbname postgres -v name="$POSTGRES_DB" <<<'CREATE DATABASE :"name"'
  for file in /docker-entrypoint-initdb.d/*; do
    run_file "$file"
  done
  pg_ctl -m fast -w stop
}

if [[ ! -s "$PGDATA/PG_VERSION" ]]; then
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER
  from_file POSTGRES_DB
  export POSTGRES_USER="${POSTGRES_USER:-postgres}"
  export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
  first_start
fi
exec "$@"
