# Looks at running pods from the node: what the kernel says about their processes, not what their specification says.

# container_of <pod>: the id of its server's container
container_of() {
  docker ps --quiet --no-trunc --filter "label=io.kubernetes.pod.name=$1" --filter label=io.kubernetes.container.name=federated-identity
}

process_of() { docker inspect --format '{{.State.Pid}}' "$(container_of "$1")"; }

address_of() { in_namespace get pod "$1" -o jsonpath='{.status.podIP}'; }

# in_status <pid> <field> <value>: as the kernel has it
in_status() {
  local found
  found="$(sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status")"
  [[ "$found" == "$3" ]] || { say "$2 of process $1 is '$found', not '$3'."; return 1; }
}

# What `restricted` promises, and the rest of what the chart does: asked of the kernel.
check_confinement() {
  local pod="$1" pid none=0000000000000000 set
  pid="$(process_of "$pod")"
  in_status "$pid" Uid $'1654\t1654\t1654\t1654'
  in_status "$pid" Gid $'1654\t1654\t1654\t1654'
  for set in CapInh CapPrm CapEff CapBnd CapAmb; do
    in_status "$pid" "$set" "$none"
  done
  in_status "$pid" NoNewPrivs 1
  in_status "$pid" Seccomp 2
  check_mounts "$pid"
  check_environment "$pid"
  [[ "$(in_namespace get pod "$pod" -o jsonpath='{.metadata.annotations.kubernetes\.io/psp}')" == restricted ]]
}

# Of what keeps anything, only /tmp can be written; there is no token; secrets cannot be read by others.
check_mounts() {
  local writable
  writable="$(awk '$6 ~ /(^|,)rw(,|$)/ { print $5 }' "/proc/$1/mountinfo" \
    | grep -vxE '/tmp|/(proc|sys|dev)(/.*)?|/etc/(hosts|hostname|resolv.conf)' || true)"
  [[ -z "$writable" ]] || { say "These can be written: $writable"; return 1; }
  ! grep -q serviceaccount "/proc/$1/mountinfo" || { say 'There is a token of a service account.'; return 1; }
}

# No secret is in the environment, which diagnostics like to print.
check_environment() {
  local secret
  while IFS= read -r secret; do
    if [[ -n "$secret" ]] && tr '\0' '\n' <"/proc/$1/environ" | grep -qF -- "$secret"; then
      say 'A secret is in the environment of the server.'
      return 1
    fi
  done < <(cat "$WORK/passwords"; in_namespace get secrets -o json | jq -r '.items[] | .data // {} | .masterKey, .secretAccessKey | values | @base64d')
}

# check_ports <pod>: listens where the chart says, and nowhere else
check_ports() {
  local ports
  ports="$(nsenter -t "$(process_of "$1")" -n ss -ltnH | awk '{ sub(/.*:/, "", $4); print $4 }' | sort -nu | paste -sd ' ')"
  [[ "$ports" == '8080 8081' ]] || { say "$1 listens on $ports."; return 1; }
}

# idle_memory <pod>: MiB that count against its limit
idle_memory() {
  docker stats --no-stream --format '{{.MemUsage}}' "$(container_of "$1")" \
    | awk '{ value = $1; if (value ~ /GiB/) value *= 1024; else value += 0; printf "%d", value }'
}

# time_to_ready <release>: deletes a pod, and prints the milliseconds from the start of its successor's process to its first "ready".
time_to_ready() {
  local old pod new='' began
  old="$(server_pods "$1" | sort)"
  in_namespace delete pod "$(head -n 1 <<<"$old")" --wait=false >&2
  until [[ -n "$new" ]]; do
    pod="$(comm -13 <(printf '%s\n' "$old") <(server_pods "$1" | sort) | head -n 1)"
    [[ -z "$pod" ]] || new="$(container_of "$pod")"
  done
  began="$(docker inspect --format '{{.State.StartedAt}}' "$new")"
  until nsenter -t "$(docker inspect --format '{{.State.Pid}}' "$new")" -n \
    curl -sf -o /dev/null --max-time 2 http://127.0.0.1:8081/health/ready; do
    sleep 0.05
  done
  printf '%s\n' $((($(date +%s%N) - $(date -d "$began" +%s%N)) / 1000000))
  in_namespace wait --for condition=ready --timeout 60s "pod/$pod" >&2
}
