# What a fresh machine lacks. Debian and its relatives are served; elsewhere a sentence says what to install.

as_root() {
  if [[ "$(id -u)" == 0 ]]; then
    "$@"
  elif has sudo && [[ -t 0 ]]; then
    sudo "$@"
  elif has sudo && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# install_packages <what it is for> <package>...
install_packages() {
  local purpose="$1"
  shift
  has apt-get || die "$purpose is missing. Install it with this system's package manager (Debian calls it: $*) and try again."
  as_root true || die "$purpose is missing, and $(id -un) may not install packages. As root: apt-get install --no-install-recommends $*"
  say "Installing $purpose ($*)"
  as_root apt-get update >&2 || die "apt-get update failed; $purpose could not be installed."
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 \
    || die "apt-get could not install $*."
}

# Debian's package creates and starts a cluster for the whole machine. Nobody asked for one, so it is told not to, for as
# long as this installation lasts.
install_postgres() {
  local drop_in=/etc/postgresql-common/createcluster.d/no-main-cluster-for-dev.conf
  if has apt-get && as_root mkdir -p "${drop_in%/*}" 2>/dev/null; then
    printf 'create_main_cluster = off\n' | as_root tee "$drop_in" >/dev/null
  fi
  # In a subshell, so that a failure still takes the file away again.
  local status=0
  (install_packages 'PostgreSQL' postgresql) || status=$?
  as_root rm -f "$drop_in" 2>/dev/null || true
  return "$status"
}

node_major() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p'; }

ensure_node() {
  local major
  major="$(node_major || true)"
  if [[ -z "$major" ]] || ! has npm; then
    install_packages 'Node.js with npm' nodejs npm
    hash -r
    major="$(node_major || true)"
  fi
  ((${major:-0} >= 18)) || die "The test peers need Node.js 18 or newer; found '$(node --version 2>/dev/null || echo none)'."
}

# Prints the first AWS CLI of version 2 that really runs; a name on PATH may be a shim without anything behind it.
find_aws_cli() {
  local candidate
  while IFS= read -r candidate; do
    if [[ "$("$candidate" --version 2>/dev/null </dev/null)" == aws-cli/2.* ]]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done < <(type -ap aws; printf '%s\n' /usr/bin/aws /usr/local/bin/aws)
  return 1
}

ensure_aws_cli() {
  AWS_CLI="$(find_aws_cli)" && return 0
  install_packages 'The AWS CLI' awscli
  hash -r
  AWS_CLI="$(find_aws_cli)" || die "An AWS CLI of version 2 is needed for the tests and none runs here."
}

# Prints the first Python that has the AWS SDK and what the examples of docs/examples/verify import; Debian's packages serve its
# own alone.
find_python() {
  local candidate
  while IFS= read -r candidate; do
    if "$candidate" -c 'import boto3, botocore.auth, cryptography, jwt' 2>/dev/null </dev/null; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done < <(type -ap python3; printf '%s\n' /usr/bin/python3)
  return 1
}

ensure_python() {
  PYTHON="$(find_python)" && return 0
  install_packages 'Python with boto3 and PyJWT' python3 python3-boto3 python3-jwt python3-cryptography
  hash -r
  PYTHON="$(find_python)" || die "A Python with boto3, PyJWT and cryptography is needed for the tests and none runs here."
}

ensure_go() {
  GO="$(type -P go)" && "$GO" version >/dev/null 2>&1 && return 0
  install_packages 'Go' golang-go
  hash -r
  GO="$(type -P go)" || die "Go is needed for the tests and none runs here."
}

# Debian's package starts a server for the whole machine. Nobody asked for one; its program alone is enough.
ensure_nginx() {
  local unpacked="$LOCAL/nginx/usr/sbin/nginx"
  NGINX="$(type -P nginx || type -P /usr/sbin/nginx || type -P "$unpacked")" && return 0
  has apt-get || die "nginx is needed for the tests. Install it with this system's package manager and try again."
  say 'Unpacking nginx'
  mkdir -p "$LOCAL/nginx"
  (
    cd "$LOCAL/nginx"
    apt-get download nginx >&2 2>/dev/null || { as_root apt-get update && apt-get download nginx; } >&2
    dpkg-deb -x nginx_*.deb .
  ) || die "apt-get could not download nginx."
  NGINX="$unpacked"
  "$NGINX" -v 2>/dev/null || die "nginx does not run here; install it (Debian calls it: nginx) and try again."
}

# install_program <program> <what it is for> <package>...: sets PROGRAM to it. Debian's packages of servers start them for the whole
# machine. Nobody asked for that, so services are told not to start for as long as this installation lasts.
install_program() {
  local name="$1" policy=/usr/sbin/policy-rc.d created='' status=0
  PROGRAM="$(type -P "$name" || type -P "/usr/sbin/$name" || true)"
  [[ -z "$PROGRAM" ]] || return 0
  shift
  if has apt-get && [[ ! -e "$policy" ]]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null 2>&1 && as_root chmod 755 "$policy" && created=yes
  fi
  # In a subshell, so that a failure still takes the file away again.
  (install_packages "$@") || status=$?
  if [[ -n "$created" ]]; then as_root rm -f "$policy"; fi
  hash -r
  PROGRAM="$(type -P "$name" || type -P "/usr/sbin/$name" || true)"
  [[ "$status" == 0 && -n "$PROGRAM" ]] || die "$1 is needed and '$name' was not found."
}

ensure_redis() { install_program redis-server Redis redis-server && REDIS="$PROGRAM"; }

ensure_pgbouncer() { install_program pgbouncer PgBouncer pgbouncer && PGBOUNCER="$PROGRAM"; }

ensure_haproxy() { install_program haproxy HAProxy haproxy && HAPROXY="$PROGRAM"; }

# Debian's package starts a server for the whole machine; see install_program.
ensure_promtool() { install_program promtool Prometheus prometheus && PROMTOOL="$PROGRAM"; }

ensure_prometheus() { install_program prometheus Prometheus prometheus && PROMETHEUS="$PROGRAM"; }

# The programs that tests run for themselves, by the variables in which they look for them.
ensure_test_programs() {
  if [[ -z "${FEDERATED_IDENTITY_TEST_REDIS:-}" ]]; then
    ensure_redis
    export FEDERATED_IDENTITY_TEST_REDIS="$REDIS"
  fi
  if [[ -z "${FEDERATED_IDENTITY_TEST_PGBOUNCER:-}" ]]; then
    ensure_pgbouncer
    export FEDERATED_IDENTITY_TEST_PGBOUNCER="$PGBOUNCER"
  fi
  if [[ -z "${FEDERATED_IDENTITY_TEST_HAPROXY:-}" ]]; then
    ensure_haproxy
    export FEDERATED_IDENTITY_TEST_HAPROXY="$HAPROXY"
  fi
  if [[ -z "${FEDERATED_IDENTITY_TEST_PROMTOOL:-}" ]]; then
    ensure_promtool
    export FEDERATED_IDENTITY_TEST_PROMTOOL="$PROMTOOL"
  fi
}

find_faketime() { compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' | head -n 1; }

# Without it, no clock jumps. Sets FAKETIME to the library.
ensure_faketime() {
  FAKETIME="$(find_faketime)"
  [[ -n "$FAKETIME" ]] && return 0
  (install_packages libfaketime libfaketime) || { say 'Going on without faults of clocks.'; return 1; }
  FAKETIME="$(find_faketime)"
  [[ -n "$FAKETIME" ]]
}

# Packets are dropped by root alone, in a network namespace of its own; elsewhere they are not.
ensure_nftables() {
  if [[ "$(id -u)" == 0 ]] && { has nft || (install_packages nftables nftables); } && unshare --net -- nft add table inet t 2>/dev/null; then
    return 0
  fi
  say 'Going on without faults of packets: they need root, nftables and network namespaces.'
  return 1
}

ensure_dotnet() {
  has dotnet || die "The .NET 10 SDK is needed (https://dotnet.microsoft.com/download) and 'dotnet' is not on PATH."
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
  # Build servers would outlive this script.
  export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
  if [[ ! -w "${HOME:-/nonexistent}" ]]; then
    export DOTNET_CLI_HOME="$LOCAL/dotnet" NUGET_PACKAGES="${NUGET_PACKAGES:-$LOCAL/nuget}"
    mkdir -p "$DOTNET_CLI_HOME"
  fi
  RESTORE_OPTIONS=()
  if [[ "${CI:-}" == true ]]; then
    RESTORE_OPTIONS=(-p:RestoreLockedMode=true)
  fi
}
