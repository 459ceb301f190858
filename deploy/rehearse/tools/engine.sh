# A container engine. One that already answers is used as it is. Otherwise Debian's packages serve one; where nothing starts services
# the part starts it, and it ends with the part.

engine_answers() { docker info >/dev/null 2>&1; }

start_engine() {
  engine_answers && return 0
  [[ "$(id -u)" == 0 ]] || die 'No container engine answers. Start one, or run this as root.'
  { has dockerd && docker compose version && docker buildx version; } || install_engine
  engine_answers && return 0
  local options
  mapfile -t options < <(runtime_options)
  background dockerd dockerd "${options[@]}"
  within 60 engine_answers
}

# Debian 12's own engine has neither Compose 2 nor Buildx. Debian 13's packages need nothing newer than its libc, so that suite is added
# with a priority at which nothing else is taken from it. Debian 13's runc does need it, so runc stays that of the machine.
install_engine() {
  local from=''
  has apt-get || die 'Docker with Buildx and Compose 2 is needed. Install it and try again.'
  if ! apt-cache madison docker-compose | grep -q '| 2\.'; then
    apt_suite trixie
    from=/trixie
  fi
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
    docker.io$from docker-cli$from docker-buildx$from docker-compose$from containerd$from runc iptables
}

# Debian's mirror that this machine already uses.
apt_mirror() {
  # shellcheck disable=SC2016  # apt's own variables
  apt-get indextargets --format '$(SITE) $(COMPONENT)' 'Created-By: Packages' \
    | awk '$2 == "main" && $1 ~ /\/debian\/?$/ { print $1; exit }'
}

apt_suite() {
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$(apt_mirror)" "$1" \
    >"/etc/apt/sources.list.d/$1.list"
  printf 'Package: *\nPin: release n=%s\nPin-Priority: 50\n' "$1" >"/etc/apt/preferences.d/$1"
}

# Where not even root may lower an OOM score, no container would start that asks for it, as those of pods do. A wrapper drops the wish.
runtime_options() {
  (echo -1 >/proc/self/oom_score_adj) 2>/dev/null && return 0
  ! grep -qs default-runtime /etc/docker/daemon.json || return 0 # Whoever set the engine up chose; it refuses to be told twice.
  mkdir -p "$TOOLS"
  cat >"$TOOLS/runc-keep-oom" <<'TEXT'
#!/bin/bash
for argument; do
  case "${last:-}" in --bundle | -b) config="$argument/config.json" ;; esac
  last="$argument"
done
[[ ! -e "${config:-}" ]] || sed -i 's/"oomScoreAdj":-[0-9]*/"oomScoreAdj":0/' "$config"
exec runc "$@"
TEXT
  chmod 755 "$TOOLS/runc-keep-oom"
  printf '%s\n' --add-runtime "keep-oom=$TOOLS/runc-keep-oom" --default-runtime keep-oom
}
