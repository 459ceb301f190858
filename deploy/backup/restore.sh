#!/usr/bin/env bash
# Fills a database from a dump of backup.sh: all of it, or, if anything goes wrong, nothing.
#
#   restore.sh [--replace] [--unverified] <file>
#
#   --replace      the database may have tables: they are dropped, in the same transaction that brings back those of the dump
#   --unverified   there is no <file>.sha256 to compare with
#
#   PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD or PGPASSFILE, PGSSLMODE …   which database, as libpq has them. It exists, and the
#                     user owns it, or its tables: everything belongs to that user afterwards
#   MIGRATE_COMMAND   a shell command that runs the server's verb migrate (federated-identity migrate, if it is there)
#
# Ends with 0 when the database is as it was and migrated; with 1 when it was not changed, or not migrated; with 2 when misused.
set -euo pipefail

# Of the server's migrations, so that none runs meanwhile.
readonly MIGRATION_LOCK=5072570821681308520

say() { printf 'restore: %s\n' "$*" >&2; }

misused() {
  say "$*"
  exit 2
}

query() { psql -XAtq --no-password -v ON_ERROR_STOP=1 -c 'set statement_timeout = 0' -c "$1"; }

check_file() {
  local expected
  [[ -f "$FILE" ]] || misused "There is no file $FILE."
  if [[ -f "$FILE.sha256" ]]; then
    read -r expected _ <"$FILE.sha256" || true
    [[ "$(sha256sum <"$FILE" | cut -d' ' -f1)" == "$expected" ]] \
      || { say "$FILE is not what was backed up: its checksum is another."; exit 1; }
  elif [[ -z "$UNVERIFIED" ]]; then
    misused "There is no $FILE.sha256. With --unverified the file is taken as it is."
  fi
  pg_restore --list "$FILE" >/dev/null || { say "$FILE cannot be read as a dump. Nothing was changed."; exit 1; }
}

check_target() {
  local tables
  tables="$(query "select count(*) from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm')")"
  if [[ "$tables" != 0 && -z "$REPLACE" ]]; then
    misused "The database '$(query 'select current_database()')' has $tables tables. Name another one, or lose them with --replace."
  fi
}

# What belongs to an extension goes and comes with that.
drop_everything() {
  cat <<'SQL'
do $$
declare
    doomed text;
begin
    -- All names are read before the first of them is gone.
    foreach doomed in array array(
        select format('drop %s if exists %s cascade',
            case relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, oid::regclass)
        from pg_class c where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm')
            and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e'))
    loop
        execute doomed;
    end loop;
    foreach doomed in array array(
        select format('drop routine if exists %s cascade', oid::regprocedure)
        from pg_proc p where pronamespace = current_schema()::regnamespace
            and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e'))
    loop
        execute doomed;
    end loop;
end
$$;
SQL
}

# The commit comes last, and only when the dump was read to its end: what breaks off is rolled back.
statements() {
  printf "set client_min_messages = warning; begin; set local statement_timeout = 0; set local lock_timeout = '60s';\n"
  printf 'select pg_advisory_xact_lock(%s);\n' "$MIGRATION_LOCK"
  if [[ -n "$REPLACE" ]]; then drop_everything; fi
  pg_restore --no-owner --no-privileges --file=- "$FILE" || return 1
  printf 'commit;\n'
}

migrate() {
  if [[ -n "${MIGRATE_COMMAND:-}" ]]; then
    sh -c "$MIGRATE_COMMAND"
  elif command -v federated-identity >/dev/null; then
    federated-identity migrate
  else
    say "Now run the server's verb migrate: the dump may be of an older version."
  fi
}

REPLACE='' UNVERIFIED='' FILE=''
for argument in "$@"; do
  case "$argument" in
    --replace) REPLACE=yes ;;
    --unverified) UNVERIFIED=yes ;;
    -*) misused "There is no option $argument." ;;
    *) [[ -z "$FILE" ]] || misused 'One file, please.'; FILE="$argument" ;;
  esac
done
[[ -n "$FILE" ]] || misused 'Which file? restore.sh [--replace] [--unverified] <file>'

began="$SECONDS"
check_file
check_target
statements | psql -Xq --no-password -v ON_ERROR_STOP=1 >/dev/null || { say 'Nothing was restored, and nothing was changed.'; exit 1; }
query 'analyze'
migrate >&2 || { say 'Everything was restored, but not migrated: run the verb migrate.'; exit 1; }
say "$(query 'select count(*) from identity') identities in $((SECONDS - began)) s"
say 'What was deleted, retired or disabled since the backup is back, access keys and signing keys too: see docs/backup.md.'
