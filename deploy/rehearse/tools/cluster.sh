# A Kubernetes of one node whose pods run on the engine: etcd, API server, controllers, scheduler, kubelet, kube-proxy and a name service.
# Everything listens on loopback or on the engine's bridge, has its state in a directory of its own, and ends with the part.
#
# cluster_start: sets up the cluster of this part; $WORK/kubeconfig leads to it.

CLUSTER_PROGRAMS="$TOOLS/kube"
API_PORT=16443

needs_cluster_programs() {
  if has etcd && has conntrack && has dnsmasq && has iptables && has jq && has ss && has curl && [[ -x "$CLUSTER_PROGRAMS/pause" && -x "$CLUSTER_PROGRAMS/kubelet" ]]; then
    return 0
  fi
  step 'install etcd and build Kubernetes 1.20 from source, once' get_cluster_programs
}

get_cluster_programs() {
  install_program etcd etcd etcd-server
  needs_program conntrack conntrack
  needs_program dnsmasq dnsmasq-base
  needs_program iptables iptables
  needs_program jq jq
  needs_program openssl openssl
  needs_program curl curl
  needs_program ss iproute2
  "$ROOT/deploy/rehearse/tools/build-kubernetes" "$CLUSTER_PROGRAMS"
}

cluster_start() {
  local state address
  cluster_check
  state="$(mktemp -d /tmp/rehearsal-XXXXXX)"
  address="$(ip -4 -o address show docker0 | sed -n 's/.*inet \([0-9.]*\).*/\1/p')"
  keep_kernel_settings
  at_end docker image rm --force localhost/rehearsal-pause
  at_end cluster_clean "$state"
  start_api "$state" "$address"
  start_node "$state" "$address"
  within 90 node_is_ready || { tail -n 20 "$REHEARSE/$PART/kubelet.log"; return 1; }
}

cluster_check() {
  local other
  [[ "$(id -u)" == 0 ]] || die 'A cluster needs root.'
  other="$(docker ps -aq --filter label=io.kubernetes.pod.name)"
  [[ -z "$other" ]] || die 'This engine runs the pods of another cluster already.'
  ! iptables-save | grep -q KUBE-SERVICES || die 'This machine is a node of another cluster already.'
  ! port_taken "$API_PORT" || die "Port $API_PORT is taken."
}

kubectl() { "$KUBECTL" --kubeconfig "$WORK/kubeconfig" "$@"; }

node_is_ready() { kubectl get nodes 2>/dev/null | grep -q ' Ready'; }

# The kubelet and kube-proxy set these.
keep_kernel_settings() {
  local name
  for name in vm.overcommit_memory kernel.panic kernel.panic_on_oops net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables \
    net.ipv4.conf.all.route_localnet; do
    [[ ! -e "/proc/sys/${name//.//}" ]] || at_end sysctl -qw "$name=$(sysctl -n "$name")"
  done
}

start_api() {
  local state="$1" address="$2" token
  token="$(random_text 32 a-f0-9)"
  printf '%s,admin,admin,system:masters\n' "$token" | write_private "$state/tokens.csv"
  openssl genrsa -out "$state/accounts.key" 2048
  background etcd etcd --data-dir "$state/etcd" --unsafe-no-fsync --listen-peer-urls http://127.0.0.1:12380 \
    --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379
  background kube-apiserver "$CLUSTER_PROGRAMS/kube-apiserver" --etcd-servers http://127.0.0.1:12379 --cert-dir "$state/certificates" \
    --bind-address "$address" --advertise-address "$address" --secure-port "$API_PORT" --insecure-port 0 \
    --token-auth-file "$state/tokens.csv" --authorization-mode Node,RBAC --allow-privileged \
    --enable-admission-plugins PodSecurityPolicy --kubelet-preferred-address-types Hostname \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$state/accounts.key" \
    --service-account-signing-key-file "$state/accounts.key" --service-cluster-ip-range 10.96.0.0/16
  write_private "$WORK/kubeconfig" <<TEXT
apiVersion: v1
kind: Config
clusters: [{name: rehearsal, cluster: {server: "https://$address:$API_PORT", insecure-skip-tls-verify: true}}]
users: [{name: admin, user: {token: $token}}]
contexts: [{name: rehearsal, context: {cluster: rehearsal, user: admin}}]
current-context: rehearsal
TEXT
  within 60 api_is_ready || { tail -n 20 "$REHEARSE/$PART/kube-apiserver.log"; return 1; }
}

api_is_ready() { [[ "$(kubectl get --raw /readyz 2>/dev/null)" == ok ]]; }

start_node() {
  local state="$1" address="$2" config="$WORK/kubeconfig"
  background kube-controller-manager "$CLUSTER_PROGRAMS/kube-controller-manager" --kubeconfig "$config" --leader-elect=false \
    --service-account-private-key-file "$state/accounts.key" --use-service-account-credentials --bind-address 127.0.0.1 --port 0
  background kube-scheduler "$CLUSTER_PROGRAMS/kube-scheduler" --kubeconfig "$config" --leader-elect=false --bind-address 127.0.0.1 --port 0
  docker build --quiet --tag localhost/rehearsal-pause --file - "$CLUSTER_PROGRAMS" <<<$'FROM scratch\nCOPY pause /\nENTRYPOINT ["/pause"]'
  cat >"$state/kubelet.yaml" <<TEXT
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 127.0.0.1
readOnlyPort: 0
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
cgroupDriver: $(docker info --format '{{.CgroupDriver}}')
clusterDomain: cluster.local
clusterDNS: [$address]
failSwapOn: false
enforceNodeAllocatable: []
evictionHard: {memory.available: 100Mi}
imageGCHighThresholdPercent: 100
TEXT
  background kubelet "$CLUSTER_PROGRAMS/kubelet" --config "$state/kubelet.yaml" --kubeconfig "$config" --root-dir "$state/kubelet" \
    --hostname-override localhost --node-ip "$address" --pod-infra-container-image localhost/rehearsal-pause
  sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
  background kube-proxy "$CLUSTER_PROGRAMS/kube-proxy" --kubeconfig "$config" --hostname-override localhost --proxy-mode iptables \
    --cluster-cidr "${address%.*.*}.0.0/16" --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0s \
    --conntrack-tcp-timeout-close-wait 0s --metrics-bind-address 127.0.0.1:10249 --healthz-bind-address 127.0.0.1:10256
  background names "$ROOT/deploy/rehearse/tools/cluster-names" "$address" "$state/names" "$config"
}

# What kube-proxy's own cleaning would leave is no less than half.
remove_packet_rules() {
  local table chain
  for table in filter nat mangle; do
    iptables-save -t "$table" | sed -n 's/^-A \(.*KUBE-.*\)/-D \1/p' | xargs -r -L 1 iptables -t "$table"
    for chain in $(iptables-save -t "$table" | sed -n 's/^:\(KUBE-[^ ]*\).*/\1/p'); do
      iptables -t "$table" -X "$chain"
    done
  done
}

# After the processes have ended: their containers, mounts, packet rules and directories.
cluster_clean() {
  docker ps -aq --filter label=io.kubernetes.pod.name | xargs -r docker rm --force --volumes
  remove_packet_rules
  grep -o " $1/kubelet[^ ]*" /proc/mounts | sort -r | xargs -r umount || true
  find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null || true
  rm -rf "$1"
}
