// Whether the network policies of a release deny what nobody needs, and let through what its pods really do: the ports of containers,
// Services and probes on the one side, those of the addresses that pods are given on the other.
import { containersOf, podsOf, portOf, selects } from "./pods.mjs";

export function checkNetwork(objects, report) {
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
  if (!policies.length) return;
  const pods = podsOf(objects);
  for (const policy of policies) checkPolicy(policy, pods, report);
  for (const pod of pods) {
    const own = policies.filter(({ spec }) => selects(spec.podSelector, pod.metadata.labels));
    if (own.length !== 1) report(pod.object, "", `${own.length} network policies select it instead of one`);
    else checkEgress(pod, own[0], report);
  }
  for (const service of objects.filter(({ kind, spec }) => kind === "Service" && spec.selector)) {
    checkService(service, pods, policies, report);
  }
}

function checkPolicy(policy, pods, report) {
  const { podSelector, policyTypes = [], ingress = [], egress = [] } = policy.spec;
  const own = pods.filter(({ metadata }) => selects(podSelector, metadata.labels));
  if (own.length !== 1) report(policy, "spec.podSelector", `selects ${own.length} kinds of pods instead of one`);
  if (!policyTypes.includes("Ingress") || !policyTypes.includes("Egress")) report(policy, "spec.policyTypes", "leaves a direction open");
  for (const rule of [...ingress, ...egress]) if (!rule.ports?.length) report(policy, "spec", "a rule opens every port");
  for (const { port } of ingress.flatMap((rule) => rule.ports ?? [])) {
    for (const { spec } of own) if (portOf(spec, port) === undefined) {
      report(policy, "spec.ingress", `opens ${port}, where no container listens`);
    }
  }
  for (const { to = [], ports = [] } of egress) {
    for (const { podSelector: peer } of to.filter(({ podSelector, namespaceSelector }) => podSelector && !namespaceSelector)) {
      const targets = pods.filter(({ metadata }) => selects(peer, metadata.labels));
      for (const { port } of ports) if (targets.length && !targets.some(({ spec }) => portOf(spec, port))) {
        report(policy, "spec.egress", `no pod listens on ${port}`);
      }
    }
    for (const { ipBlock } of to.filter((peer) => peer.ipBlock)) checkBlock(policy, ipBlock, report);
  }
}

/** An exception outside of its network is an error of the API server. */
function checkBlock(policy, { cidr, except = [] }, report) {
  for (const network of except) if (!inside(network, cidr)) report(policy, "spec.egress", `${network} is not in ${cidr}`);
}

function bits(address) {
  if (!address.includes(":")) return address.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  const [head, tail = ""] = address.split("::").map((half) => half.split(":").filter(Boolean));
  const middle = address.includes("::") ? Array(8 - head.length - tail.length).fill("0") : [];
  return [...head, ...middle, ...(tail || [])].map((part) => parseInt(part, 16).toString(2).padStart(16, "0")).join("");
}

export function inside(network, cidr) {
  const [[inner, innerLength], [outer, outerLength]] = [network, cidr].map((text) => text.split("/"));
  return bits(inner).length === bits(outer).length && Number(innerLength) >= Number(outerLength)
    && bits(inner).startsWith(bits(outer).slice(0, Number(outerLength)));
}

function checkService(service, pods, policies, report) {
  const behind = pods.filter(({ metadata }) => selects({ matchLabels: service.spec.selector }, metadata.labels));
  for (const { metadata, spec, object } of behind) {
    const open = policies.filter((policy) => selects(policy.spec.podSelector, metadata.labels))
      .flatMap((policy) => policy.spec.ingress ?? []).flatMap((rule) => rule.ports ?? []).map(({ port }) => portOf(spec, port));
    for (const { targetPort } of service.spec.ports) {
      if (!open.includes(portOf(spec, targetPort))) {
        report(object, "", `Service ${service.metadata.name} leads to ${targetPort}, which its network policy closes`);
      }
    }
  }
}

/** What a container is told to call: [port, why]. */
function* calls({ env = [] }) {
  for (const { name, value = "" } of env) {
    if (name === "ConnectionStrings__Postgres") yield [Number(/Port=(\d+)/.exec(value)?.[1] ?? 5432), name];
    if (name === "PGPORT") for (const port of value.split(",")) yield [Number(port), name];
    if (name === "ConnectionStrings__Redis") yield [Number(/:(\d+)(,|$)/.exec(value)?.[1] ?? 6379), name];
    if (name === "OTEL_EXPORTER_OTLP_ENDPOINT") yield [Number(new URL(value).port || (value.startsWith("https") ? 443 : 80)), name];
  }
}

function checkEgress({ object, spec }, policy, report) {
  const ports = (policy.spec.egress ?? []).flatMap((rule) => rule.ports ?? []);
  for (const protocol of ["UDP", "TCP"]) {
    if (!ports.some((open) => open.port === 53 && open.protocol === protocol)) {
      report(policy, "spec.egress", `no names can be asked for over ${protocol}`);
    }
  }
  for (const container of containersOf(spec)) {
    for (const [port, why] of calls(container)) {
      if (!ports.some((open) => open.port === port && open.protocol === "TCP")) {
        report(object, container.name, `its network policy closes ${port}, which ${why} needs`);
      }
    }
  }
}
