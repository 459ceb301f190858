#!/usr/bin/env node
// planted <file>: plants one mistake after the other into a rendered release without faults, and ends with 1 unless each is found: a
// check that finds nothing proves nothing.
import { readFileSync } from "node:fs";
import { faultsOf, readRelease } from "./releases.mjs";

const release = readRelease(readFileSync(process.argv[2], "utf8"));
const get = (kind, suffix = "") => (objects) => objects.find((object) => object.kind === kind && object.metadata.name.endsWith(suffix));
const deployment = get("Deployment");
const pod = (objects) => deployment(objects).spec.template.spec;
const container = (objects) => pod(objects).containers[0];
const policy = get("NetworkPolicy", "federated-identity");

const planted = {
  // schema
  "unknown field readynessProbe": (all) => { container(all).readynessProbe = {}; },
  "unknown field scrapTimeout": (all) => { get("ServiceMonitor")(all).spec.endpoints[0].scrapTimeout = "5s"; },
  "unknown field maxReplica": (all) => { get("PodDisruptionBudget")(all).spec.maxReplica = 1; },
  "must be": (all) => { container(all).ports[0].containerPort = "eighty"; },
  "must have required property": (all) => { delete container(all).name; },
  "Sometimes": (all) => { container(all).imagePullPolicy = "Sometimes"; return /Always/; },
  "is not known to current Kubernetes": (all) => { get("PodDisruptionBudget")(all).apiVersion = "policy/v9"; },
  "is no name for a CronJob": (all) => { get("CronJob")(all).metadata.name = "a".repeat(53); },
  "is no label": (all) => { deployment(all).metadata.labels.a = "b c"; },
  "is no text": (all) => { deployment(all).metadata.annotations = { a: true }; },
  // references
  "there is no Secret": (all) => { pod(all).volumes.find(({ name }) => name === "secrets").projected.sources[0].secret.name = "other"; },
  "has no 9.xml": (all) => { pod(all).volumes.find(({ name }) => name === "saml").projected.sources[0].configMap.items[0].key = "9.xml"; },
  "there is no ServiceAccount": (all) => { pod(all).serviceAccountName = "other"; },
  "there is no volume other": (all) => { container(all).volumeMounts[0].name = "other"; },
  "is mounted nowhere": (all) => { pod(all).volumes.push({ name: "idle", emptyDir: {} }); },
  "is mounted twice": (all) => { container(all).volumeMounts.push({ ...container(all).volumeMounts[0] }); },
  "is set twice": (all) => { container(all).env.push({ ...container(all).env[0] }); },
  "there is no port probes": (all) => { container(all).livenessProbe.httpGet.port = "probes"; },
  "does not select its own pods": (all) => { deployment(all).spec.selector.matchLabels["app.kubernetes.io/instance"] = "other"; },
  "selects 0 kinds of pods instead of one": (all) => { get("Service")(all).spec.selector["app.kubernetes.io/component"] = "web"; },
  "selects 5 kinds of pods": (all) => { delete get("PodDisruptionBudget")(all).spec.selector.matchLabels["app.kubernetes.io/component"]; },
  "there is no container port": (all) => { get("Service")(all).spec.ports[0].targetPort = "web"; },
  "there is no Service": (all) => { get("Ingress")(all).spec.rules[0].http.paths[0].backend.service.name = "other"; },
  "has no port web": (all) => { get("Ingress")(all).spec.rules[0].http.paths[0].backend.service.port = { name: "web" }; },
  "is there twice": (all) => { all.push(structuredClone(deployment(all))); },
  // network
  "leaves a direction open": (all) => { policy(all).spec.policyTypes = ["Ingress"]; },
  "a rule opens every port": (all) => { policy(all).spec.egress.push({ to: [] }); },
  "opens 9090, where no container listens": (all) => { policy(all).spec.ingress[0].ports = [{ port: 9090, protocol: "TCP" }]; },
  "no pod listens on web": (all) => { get("NetworkPolicy", "-test")(all).spec.egress[1].ports[0].port = "web"; },
  "0 network policies select it": (all) => { all.splice(all.indexOf(get("NetworkPolicy", "-backup")(all)), 1); },
  "which its network policy closes": (all) => { policy(all).spec.ingress = [{ ports: [{ port: "management", protocol: "TCP" }] }]; },
  "closes 5432, which ConnectionStrings__Postgres needs": (all) => closed(policy(all), 5432),
  "closes 5432, which PGPORT needs": (all) => closed(get("NetworkPolicy", "-backup")(all), 5432),
  "closes 6379, which ConnectionStrings__Redis needs": (all) => closed(policy(all), 6379),
  "closes 4317, which OTEL_EXPORTER_OTLP_ENDPOINT needs": (all) => closed(policy(all), 4317),
  "no names can be asked for over UDP": (all) => { policy(all).spec.egress[0].ports = [{ port: 53, protocol: "TCP" }]; },
  "11.0.0.0/8 is not in 10.0.0.0/8": (all) => except(all, "10.0.0.0/8", "11.0.0.0/8"),
  "fd00::/8 is not in 2000::/3": (all) => except(all, "2000::/3", "fd00::/8"),
  // secrets
  "brings a Secret into the environment": (all) => {
    container(all).env.push({ name: "A", valueFrom: { secretKeyRef: { name: "more", key: "a" } } });
  },
  "looks like a secret": (all) => { container(all).env.push({ name: "FederatedIdentity__MasterKey", value: "abc" }); },
  "shows the value of a Secret": (all) => {
    const data = { a: Buffer.from("0".repeat(32)).toString("base64") };
    all.push({ apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "tenant" }, data });
    container(all).args = ["0".repeat(32)];
  },
  // Pod Security
  "restricted: host namespaces": (all) => { pod(all).hostPID = true; },
  "restricted: volume types": (all) => { pod(all).volumes[0] = { name: pod(all).volumes[0].name, hostPath: { path: "/" } }; },
  "restricted: sysctls": (all) => { pod(all).securityContext.sysctls = [{ name: "kernel.msgmax", value: "1" }]; },
  "restricted: AppArmor by annotation": (all) => {
    deployment(all).spec.template.metadata.annotations = { "container.apparmor.security.beta.kubernetes.io/a": "unconfined" };
  },
  "restricted: service account token": (all) => { delete pod(all).automountServiceAccountToken; },
  "restricted: service links": (all) => { delete pod(all).enableServiceLinks; },
  "restricted: HostProcess": (all) => { pod(all).securityContext.windowsOptions = { hostProcess: true }; },
  "restricted: AppArmor": (all) => { container(all).securityContext.appArmorProfile = { type: "Unconfined" }; },
  "restricted: SELinux": (all) => { container(all).securityContext.seLinuxOptions = { type: "spc_t" }; },
  "restricted: running as user 0": (all) => { pod(all).securityContext.runAsUser = 0; },
  "restricted: seccomp": (all) => { container(all).securityContext.seccompProfile = { type: "Unconfined" }; },
  "restricted: seccomp is set": (all) => {
    delete pod(all).securityContext.seccompProfile;
    delete container(all).securityContext.seccompProfile;
  },
  "restricted: privileged": (all) => { container(all).securityContext.privileged = true; },
  "restricted: capabilities": (all) => { container(all).securityContext.capabilities.add = ["NET_RAW"]; },
  "restricted: host ports": (all) => { container(all).ports[0].hostPort = 80; },
  "restricted: hosts of probes and hooks": (all) => { container(all).readinessProbe.httpGet.host = "10.0.0.1"; },
  "restricted: /proc mount": (all) => { container(all).securityContext.procMount = "Unmasked"; },
  "restricted: privilege escalation": (all) => { delete container(all).securityContext.allowPrivilegeEscalation; },
  "restricted: running as non-root": (all) => { container(all).securityContext.runAsNonRoot = false; },
  "restricted: read-only root": (all) => { container(all).securityContext.readOnlyRootFilesystem = false; },
  "restricted: memory limit": (all) => { delete pod(all).initContainers[0].resources; },
};

function except(all, cidr, network) {
  policy(all).spec.egress[0].to = [{ ipBlock: { cidr, except: [network] } }];
}

function closed({ spec }, port) {
  spec.egress = spec.egress.filter(({ ports }) => !ports.some((open) => open.port === port));
}

let missed = 0;
for (const fault of await faultsOf(release)) {
  missed += 1;
  console.error(`before anything was planted: ${fault}`);
}
for (const [complaint, plant] of Object.entries(planted)) {
  const copy = { ...release, objects: structuredClone(release.objects) };
  const expected = plant(copy.objects) ?? complaint;
  const found = await faultsOf(copy);
  if (!found.some((fault) => (expected instanceof RegExp ? expected.test(fault) : fault.includes(expected)))) {
    missed += 1;
    console.error(`planted, and not found: ${complaint}; found were ${JSON.stringify(found)}`);
  }
}

console.error(`${Object.keys(planted).length} planted, ${missed} missed`);
process.exitCode = missed ? 1 : 0;
