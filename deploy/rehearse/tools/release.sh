# What the chart is installed into, and how: namespaces under the restricted profile, a PostgreSQL and a Redis, secrets, helm.
#
# Namespace and release names are those of the values in deploy/rehearse/values.

NAMESPACE=rehearsal
CHART="$ROOT/helm/federated-identity"

helm() { "$HELM" --kubeconfig "$WORK/kubeconfig" --namespace "$NAMESPACE" "$@"; }

in_namespace() { kubectl --namespace "$NAMESPACE" "$@"; }

# needs_image: $IMAGE_TAG names an image of this checkout for as long as the part lasts; or one that is there already, if it was set.
needs_image() {
  [[ -z "${IMAGE_TAG:-}" ]] || return 0
  IMAGE_TAG="rehearsal-$$"
  step 'build the image' build_image "$ROOT" "$IMAGE_TAG"
}

# build_image <checkout> <tag>
build_image() {
  at_end docker image rm --force "federated-identity:$2"
  (cd "$1" && IMAGE="federated-identity:$2" deploy/build)
}

# secret <namespace> <name> <key=value>...: files and values stay out of command lines that others could read.
secret() {
  local namespace="$1" name="$2" pair
  shift 2
  {
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: %s}\ndata:\n' "$name" "$namespace"
    for pair in "$@"; do
      printf '  %s: %s\n' "${pair%%=*}" "$(printf '%s' "${pair#*=}" | base64 -w 0)"
    done
  } | kubectl apply -f -
}

# Certificates of the backing services, below $WORK/tls.
make_certificates() {
  local tls="$WORK/tls"
  mkdir "$tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=rehearsal-ca \
    -keyout "$tls/ca.key" -out "$tls/ca.crt"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=backing -keyout "$tls/tls.key" -out "$tls/tls.csr"
  openssl x509 -req -in "$tls/tls.csr" -CA "$tls/ca.crt" -CAkey "$tls/ca.key" -CAcreateserial -days 2 -out "$tls/tls.crt" \
    -extfile <(printf 'subjectAltName=DNS:postgres.backing,DNS:redis.backing')
}

start_backing() {
  local owner server redis ca
  owner="$(random_text 24 A-Za-z0-9)" server="$(random_text 24 A-Za-z0-9)" redis="$(random_text 24 A-Za-z0-9)"
  printf '%s\n' "$owner" "$server" "$redis" | write_private "$WORK/passwords"
  make_certificates
  ca="$(<"$WORK/tls/ca.crt")"
  kubectl apply -f "$ROOT/deploy/rehearse/manifests/pod-security.yaml"
  secret backing passwords owner="$owner" server="$server" redis="$redis"
  secret backing tls tls.crt="$(<"$WORK/tls/tls.crt")" tls.key="$(<"$WORK/tls/tls.key")" ca.crt="$ca"
  kubectl apply -f "$ROOT/deploy/rehearse/manifests/backing.yaml"
  secret "$NAMESPACE" backing-ca ca.crt="$ca"
  secret "$NAMESPACE" database password="$server"
  secret "$NAMESPACE" database-owner password="$owner"
  secret "$NAMESPACE" redis password="$redis"
  secret "$NAMESPACE" second-database \
    connectionString="Host=postgres.backing;Database=second;Username=owner;Password=$owner;SSL Mode=Require"
  secret "$NAMESPACE" third-everything FederatedIdentity__Postgres__Password="$owner" FederatedIdentity__Redis__Password="$redis" \
    FederatedIdentity__MasterKey="$(openssl rand -base64 32)" FederatedIdentity__Bootstrap__AccessKeyId="AKIA$(random_text 16 A-Z2-7)" \
    FederatedIdentity__Bootstrap__SecretAccessKey="$(random_text 40 A-Za-z0-9)"
  kubectl --namespace backing wait --for condition=available --timeout 120s deployment --all
}

# deploy <name of release and values> [helm argument]...: installs or upgrades, and waits until it is ready.
deploy() {
  local name="$1" address
  shift
  address="$(ip -4 -o address show docker0 | sed -n 's/.*inet \([0-9.]*\).*/\1/p')"
  helm upgrade --install "$name" "$CHART" --values "$ROOT/deploy/rehearse/values/$name.yaml" --wait --timeout 5m \
    --post-renderer "$ROOT/deploy/rehearse/tools/downgrade" --set image.tag="$IMAGE_TAG" \
    --set "networkPolicy.egress.dns.to[0].ipBlock.cidr=$address/32" "$@"
}

# server_pods <release>: one name a line, of those that are not on their way out
server_pods() {
  in_namespace get pods -l "app.kubernetes.io/instance=$1,app.kubernetes.io/component=server" \
    -o go-template='{{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{"\n"}}{{end}}{{end}}'
}

# service_url <release>: its address, which this machine reaches as pods do
service_url() {
  in_namespace get service "$1-federated-identity" -o jsonpath='{"http://"}{.spec.clusterIP}{":"}{.spec.ports[0].port}'
}

# administrator <release>: its generated access key as two words
administrator() {
  in_namespace get secret -l "app.kubernetes.io/instance=$1" -o json \
    | jq -r '.items[] | select(.data.accessKeyId) | [.data.accessKeyId, .data.secretAccessKey] | map(@base64d) | join(" ")'
}
