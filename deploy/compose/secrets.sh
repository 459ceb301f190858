#!/usr/bin/env bash
# Makes what docker-compose.yml mounts as secrets, and files for the AWS CLI with the first administrator's key. What is there already
# stays: the master key opens what the database holds. SECRETS names another folder, PORT another port, here as for Compose.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
folder="${SECRETS:-deploy/compose/secrets}"
umask 077
mkdir -p "$folder/aws"
# Only the owner enters, so others cannot read files that lie in there. The files themselves must be readable: containers run as other
# users, and Compose mounts them as they are.
chmod 700 "$folder"

random() { # random <characters> <set>
  local text=''
  while ((${#text} < $1)); do
    text+="$(head -c 4096 /dev/urandom | LC_ALL=C tr -dc "$2")"
  done
  printf '%s' "${text:0:$1}"
}

secret() { # secret <name> <command>...: keeps what the command prints
  local file="$folder/$1"
  shift
  if [[ ! -s "$file" ]]; then
    "$@" >"$file.new"
    chmod 444 "$file.new"
    mv "$file.new" "$file"
  fi
}

master_key() { head -c 32 /dev/urandom | base64; }
access_key_id() { printf 'AKIA%s' "$(random 16 A-Z2-7)"; }
requirepass() { printf 'requirepass %s\n' "$(cat "$folder/redis-password")"; }

for name in postgres-password owner-password server-password redis-password grafana-password; do
  secret "$name" random 40 A-Za-z0-9
done
secret master-key master_key
secret access-key-id access_key_id
secret secret-access-key random 40 A-Za-z0-9
secret redis-requirepass requirepass

cat >"$folder/aws/credentials" <<TEXT
[default]
aws_access_key_id = $(cat "$folder/access-key-id")
aws_secret_access_key = $(cat "$folder/secret-access-key")
TEXT
cat >"$folder/aws/config" <<TEXT
[default]
region = us-east-1
endpoint_url = http://127.0.0.1:${PORT:-8080}
TEXT
cat <<TEXT
The secrets are in $folder. To call the server, once it is up:

  export AWS_SHARED_CREDENTIALS_FILE=$(printf %q "$(realpath "$folder")/aws/credentials")
  export AWS_CONFIG_FILE=$(printf %q "$(realpath "$folder")/aws/config")
  export ENDPOINT=http://127.0.0.1:${PORT:-8080}
TEXT
