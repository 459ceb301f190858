#!/usr/bin/env bash
# Dumps the database into a file, proves that the file can be read, and removes old ones. The master key is not in it: keep that apart.
#
#   BACKUP_DIR              where the files go; needed
#   BACKUP_NAME             what their names begin with (federated-identity)
#   RETENTION_DAYS          for how long they are kept (14); 0: forever
#   BACKUP_UPLOAD_COMMAND   a shell command that takes $BACKUP_FILE elsewhere; its failure is that of the backup
#   PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD or PGPASSFILE, PGSSLMODE, PGSSLROOTCERT …   which database, as libpq has them;
#   DATABASE_URI_FILE       or instead of these a file with postgres://user:password@host:port/database?sslmode=…
#
# Ends with 0 when there is a new, proven backup; with 1 when there is none, and then nothing was removed; with 2 when misused.
set -euo pipefail
umask 077

say() { printf 'backup: %s\n' "$*" >&2; }

misused() {
  say "$*"
  exit 2
}

# Undoes the percent signs of a URI.
decoded() {
  [[ "$1" != *\\* && "$(printf '%s' "$1" | sed 's/%[0-9A-Fa-f][0-9A-Fa-f]//g')" != *%* ]] \
    || misused 'The URI in DATABASE_URI_FILE is not one.'
  printf '%b' "${1//%/\\x}"
}

# Into the environment rather than an argument, which every process of the machine can read.
use_uri() {
  local uri rest pair
  uri="$(cat -- "$1")" || misused 'DATABASE_URI_FILE cannot be read.'
  [[ "$uri" =~ ^postgres(ql)?://(([^:@/?]*)(:([^@/?]*))?@)?(\[[0-9A-Fa-f:.]+\]|[^:/?@]*)(:([0-9]+))?(/([^?]*))?(\?(.*))?$ ]] \
    || misused 'The URI in DATABASE_URI_FILE is not one.'
  local user="${BASH_REMATCH[3]}" password="${BASH_REMATCH[5]}" host="${BASH_REMATCH[6]}" port="${BASH_REMATCH[8]}"
  local database="${BASH_REMATCH[10]}"
  rest="${BASH_REMATCH[12]}"
  host="${host#[}"
  [[ -z "$user" ]] || PGUSER="$(decoded "$user")"
  [[ -z "$password" ]] || PGPASSWORD="$(decoded "$password")"
  [[ -z "$host" ]] || PGHOST="$(decoded "${host%]}")"
  [[ -z "$port" ]] || PGPORT="$port"
  [[ -z "$database" ]] || PGDATABASE="$(decoded "$database")"
  while [[ -n "$rest" ]]; do
    pair="${rest%%&*}"
    if [[ "$rest" == *'&'* ]]; then rest="${rest#*&}"; else rest=''; fi
    case "$pair" in
      sslmode=*) export PGSSLMODE="${pair#*=}" ;;
      sslrootcert=*) PGSSLROOTCERT="$(decoded "${pair#*=}")" && export PGSSLROOTCERT ;;
      target_session_attrs=*) export PGTARGETSESSIONATTRS="${pair#*=}" ;;
      *) misused "The URI in DATABASE_URI_FILE has a parameter '${pair%%=*}', which is not known here." ;;
    esac
  done
  export PGUSER PGPASSWORD PGHOST PGPORT PGDATABASE
}

PARTIAL=''
discard() { [[ -z "$PARTIAL" ]] || rm -f -- "$PARTIAL" "$PARTIAL.sha256"; }

# Not the list of contents alone: everything is read and unpacked, as a restore would.
prove() {
  local contents table
  contents="$(pg_restore --list "$1")"
  for table in identity login identity_pool signing_key access_key; do
    grep -q " TABLE DATA [^ ]* $table " <<<"$contents" \
      || { say "The dump has no table $table: this is not the server's database."; return 1; }
  done
  pg_restore --file=/dev/null "$1"
}

prune() {
  local old
  ((RETENTION_DAYS > 0)) || return 0
  find "$BACKUP_DIR" -maxdepth 1 -type f -name "$BACKUP_NAME-*.dump" ! -path "$BACKUP_FILE" -mmin "+$((RETENTION_DAYS * 1440))" \
    | while IFS= read -r old; do
      rm -f -- "$old" "$old.sha256"
      say "removed $old"
    done
  find "$BACKUP_DIR" -maxdepth 1 -type f -name ".$BACKUP_NAME-*.partial*" -mmin +1440 -delete
}

BACKUP_NAME="${BACKUP_NAME:-federated-identity}"
RETENTION_DAYS="${RETENTION_DAYS:-14}"
[[ -n "${BACKUP_DIR:-}" ]] || misused 'BACKUP_DIR says where backups go, and is not set.'
[[ -d "$BACKUP_DIR" && -w "$BACKUP_DIR" ]] || misused "$BACKUP_DIR is no directory that can be written to."
[[ "$RETENTION_DAYS" =~ ^(0|[1-9][0-9]{0,4})$ ]] || misused "RETENTION_DAYS must be a number of days, not '$RETENTION_DAYS'."
[[ "$BACKUP_NAME" =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || misused 'BACKUP_NAME may have letters, digits, dots and dashes.'
[[ -z "${DATABASE_URI_FILE:-}" ]] || use_uri "$DATABASE_URI_FILE"
BACKUP_DIR="${BACKUP_DIR%/}"
BACKUP_FILE="$BACKUP_DIR/$BACKUP_NAME-$(date -u +%Y%m%dT%H%M%SZ).dump"
[[ ! -e "$BACKUP_FILE" ]] || { say "$BACKUP_FILE is there already: another backup was made this second."; exit 1; }

began="$SECONDS"
trap discard EXIT
trap 'exit 1' INT TERM HUP
PARTIAL="$(mktemp "$BACKUP_DIR/.$BACKUP_NAME-XXXXXX.partial")"
pg_dump --format=custom --no-password --lock-wait-timeout=60s --file="$PARTIAL"
prove "$PARTIAL"
printf '%s  %s\n' "$(sha256sum <"$PARTIAL" | cut -d' ' -f1)" "${BACKUP_FILE##*/}" >"$PARTIAL.sha256"
sync "$PARTIAL" "$PARTIAL.sha256"
mv -- "$PARTIAL.sha256" "$BACKUP_FILE.sha256" # First: there is never a dump without its checksum.
mv -- "$PARTIAL" "$BACKUP_FILE"
PARTIAL=''
sync "$BACKUP_DIR"
if [[ -n "${BACKUP_UPLOAD_COMMAND:-}" ]]; then
  BACKUP_FILE="$BACKUP_FILE" sh -c "$BACKUP_UPLOAD_COMMAND" \
    || { say "The backup is in $BACKUP_FILE, and could not be taken elsewhere."; exit 1; }
fi
prune
say "$(wc -c <"$BACKUP_FILE") bytes in $((SECONDS - began)) s"
printf '%s\n' "$BACKUP_FILE"
