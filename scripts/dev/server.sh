# Builds the server and finds what an earlier run left behind.

# A name for the sources as they are now. Every build lies in a directory of that name, so that an unchanged tree is not built
# twice and a running server never sees its files change.
source_stamp() {
  { find src migrations Directory.Build.props Directory.Packages.props global.json BannedSymbols.txt .editorconfig \
    \( -name bin -o -name obj \) -prune -o -type f -print0 2>/dev/null || true; } \
    | LC_ALL=C sort -z | xargs -0 cksum | cksum | tr -c '0-9\n' '-'
}

# Sets SERVER to the assembly of the current sources.
build_server() {
  local stamp target
  ensure_dotnet
  stamp="$(source_stamp)"
  target="$LOCAL/server/$stamp"
  SERVER="$target/FederatedIdentity.Server.dll"
  [[ -f "$SERVER" ]] && return 0
  say 'Building the server'
  rm -rf "$target.new"
  run_child dotnet publish src/FederatedIdentity.Server -c Release -o "$target.new" --nologo -v quiet \
    ${RESTORE_OPTIONS[@]+"${RESTORE_OPTIONS[@]}"} >&2 || die 'The build failed.'
  rm -rf "$target"
  mv "$target.new" "$target"
  prune_builds
}

# publish_server <target>: as the image has it, framework-dependent and compiled ahead of time.
publish_server() {
  local architecture=x64
  [[ "$(uname -m)" == x86_64 ]] || architecture=arm64
  # Restored apart, because with a runtime named the lock files of the other projects would be written anew.
  run_child dotnet restore src/FederatedIdentity.Server --locked-mode -p:PublishReadyToRun=true --nologo -v quiet >&2 \
    || die 'The packages cannot be had.'
  run_child dotnet publish src/FederatedIdentity.Server --no-restore -c Release -r "linux-$architecture" --self-contained false \
    -p:PublishReadyToRun=true -o "$1" --nologo -v quiet >&2 || die 'The build failed.'
}

# Three builds are kept: switching between branches stays fast and the directory small.
prune_builds() {
  local old
  find "$LOCAL/server" -mindepth 1 -maxdepth 1 -type d -exec ls -1dt {} + | tail -n +4 | while IFS= read -r old; do
    rm -rf "$old"
  done
}

# Servers run from .local/, and so do the Redis and the proxy of run --full.
is_ours() { alive "$1" && [[ "$(command_of "$1")" == *"$LOCAL/"* ]]; }

# Stops servers whose script was killed before it could. 'all' also stops those whose script still lives.
stop_leftover_servers() {
  local record owner pid left
  for record in "$LOCAL"/run/*; do
    [[ -f "$record" ]] || continue
    owner="${record##*/}"
    left=''
    while IFS= read -r pid; do
      is_ours "$pid" || continue
      if [[ "${1:-}" == all || "$(parent_of "$pid")" != "$owner" ]]; then
        stop_process "$pid" 25
      else
        left=yes
      fi
    done <"$record"
    if [[ -z "$left" ]]; then rm -rf "$record" "$LOCAL/full/$owner"; fi
  done
}

any_alive() {
  local pid
  for pid in "$@"; do
    if alive "$pid"; then return 0; fi
  done
  return 1
}

# Runs apart from the script that started it, and ends what that script would have ended, had it not been killed.
watch_command() {
  local owner="$1" cluster="$2" pid
  shift 2
  trap '' INT TERM HUP
  while alive "$owner" && any_alive "$@"; do
    sleep 1
  done
  alive "$owner" && return 0
  for pid in "$@"; do
    if is_ours "$pid"; then stop_process "$pid" 25; fi
  done
  rm -rf "$LOCAL/run/$owner" "$LOCAL/full/$owner"
  if [[ -n "$cluster" ]]; then
    release_cluster "$cluster"
  fi
}

reset_command() {
  local name
  [[ -d "$LOCAL" ]] || return 0
  ensure_local
  stop_leftover_servers all
  for name in postgres test-postgres; do
    if [[ -e "$LOCAL/$name" || -L "$LOCAL/$name" ]] && find_postgres; then
      choose_db_user
      open_cluster "$name"
      stop_cluster
      unlock_cluster
    fi
  done
  if [[ "$(id -u)" == 0 ]]; then
    rm -rf "$(outside_home)"
  fi
  find "$LOCAL" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
  say '.local/ is empty.'
}
