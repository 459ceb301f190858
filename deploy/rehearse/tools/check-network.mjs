// Whether NetworkPolicies admit what pods really do, and nothing that they do not. No network plugin enforces them here, so they are
// applied to what the kernel's connection tracking saw, in which a Service's address is already that of the pod behind it.
//
//   check-network.mjs NAMESPACE OBJECTS < LINES      OBJECTS: a JSON list with all pods, all namespaces and the namespace's policies
//                                                    LINES: as `conntrack -L` prints them
import { readFileSync } from 'node:fs';

const [namespace, file] = process.argv.slice(2);
const { items } = JSON.parse(readFileSync(file, 'utf8'));
const policies = items.filter(item => item.kind === 'NetworkPolicy');
const namespaces = new Map(items.filter(item => item.kind === 'Namespace').map(item => [item.metadata.name, item.metadata.labels ?? {}]));
const pods = items.filter(item => item.kind === 'Pod' && item.status.phase === 'Running' && item.status.podIP);
const podAt = new Map(pods.map(pod => [pod.status.podIP, pod]));
const ours = pod => pod?.metadata.namespace === namespace;
const complaints = [];
const used = new Set();

function selects(selector, labels) {
  if (selector.matchExpressions) {
    throw new Error('matchExpressions are not known here.');
  }
  return Object.entries(selector.matchLabels ?? {}).every(([name, value]) => labels?.[name] === value);
}

const number = address => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

function contains(network, address) {
  if (network.includes(':')) {
    return false;
  }
  const [first, length] = network.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(first) / size) === Math.floor(number(address) / size);
}

function isPeer(peer, address) {
  if (peer.ipBlock) {
    return contains(peer.ipBlock.cidr, address) && !(peer.ipBlock.except ?? []).some(network => contains(network, address));
  }
  const pod = podAt.get(address);
  const there = peer.namespaceSelector
    ? pod && selects(peer.namespaceSelector, namespaces.get(pod.metadata.namespace))
    : ours(pod);
  return Boolean(there && selects(peer.podSelector ?? {}, pod.metadata.labels));
}

function isPort({ protocol = 'TCP', port }, flow) {
  const named = podAt.get(flow.to)?.spec.containers.flatMap(container => container.ports ?? []).find(it => it.name === port);
  return protocol === flow.protocol && (port === undefined || port === flow.port || named?.containerPort === flow.port);
}

const policiesOf = (pod, type) => policies.filter(
  policy => policy.spec.policyTypes.includes(type) && selects(policy.spec.podSelector, pod.metadata.labels));

/** Whether a rule lets it through, in the direction; remembers which port of which rule that was. */
function admits(pod, direction, flow, remember) {
  const [type, list, side, other] = direction === 'out' ? ['Egress', 'egress', 'to', flow.to] : ['Ingress', 'ingress', 'from', flow.from];
  return policiesOf(pod, type).some(policy => (policy.spec[list] ?? []).some(rule => {
    const port = rule.ports ? rule.ports.find(it => isPort(it, flow)) : {};
    const admitted = port && (!rule[side]?.length || rule[side].some(peer => isPeer(peer, other)));
    if (admitted && remember) {
      used.add(`${policy.metadata.name} ${list} ${port.port}`);
    }
    return admitted;
  }));
}

function parse(line) {
  const all = name => [...line.matchAll(new RegExp(`\\b${name}=(\\S+)`, 'g'))].map(match => match[1]);
  const [protocol] = line.split(/\s+/);
  return { protocol: protocol.toUpperCase(), from: all('src')[0], to: all('src')[1], port: Number(all('sport')[1]) };
}

const text = flow => `${flow.protocol} ${flow.from} -> ${flow.to}:${flow.port}`;
const flows = readFileSync(0, 'utf8').split('\n').filter(line => /^(tcp|udp) /.test(line)).map(parse);
let judged = 0;
for (const flow of flows) {
  const [from, to] = [podAt.get(flow.from), podAt.get(flow.to)];
  if (ours(from)) {
    judged++;
    admits(from, 'out', flow, true) || complaints.push(`${from.metadata.name} may not do what it does: ${text(flow)}`);
  }
  if (ours(to) && from) { // A node always reaches its pods.
    judged++;
    admits(to, 'in', flow, true) || complaints.push(`${to.metadata.name} may not be asked what it is asked: ${text(flow)}`);
  }
}

for (const policy of policies.filter(it => pods.some(pod => ours(pod) && selects(it.spec.podSelector, pod.metadata.labels)))) {
  for (const rule of policy.spec.egress ?? []) {
    const internet = rule.to?.every(peer => peer.ipBlock);
    for (const { port } of internet ? [] : rule.ports ?? [{}]) {
      used.has(`${policy.metadata.name} egress ${port}`) || port === 53
        || complaints.push(`${policy.metadata.name} opens port ${port}, which nobody uses.`);
    }
  }
}

const outsiders = pods.filter(pod => !ours(pod));
for (const pod of pods.filter(ours)) {
  for (const type of ['Ingress', 'Egress']) {
    policiesOf(pod, type).length || complaints.push(`No policy of type ${type} is about ${pod.metadata.name}.`);
  }
  const refused = [
    ['out', '169.254.169.254', 80], ['out', '10.96.0.1', 443], ['out', outsiders[0].status.podIP, 22], ['out', pod.status.podIP, 8081],
    ['out', '93.184.216.34', 25], ...outsiders.map(it => ['in', it.status.podIP, 8081]),
  ];
  for (const [direction, other, port] of refused) {
    const flow = { protocol: 'TCP', from: direction === 'in' ? other : pod.status.podIP, to: direction === 'in' ? pod.status.podIP : other, port };
    !admits(pod, direction, flow, false) || complaints.push(`${pod.metadata.name} may do what it must not: ${text(flow)}`);
  }
}

judged > 0 || complaints.push('No connection was seen.');
console.log(`${judged} connections judged by ${policies.length} policies; used: ${[...used].sort().join(', ')}`);
complaints.forEach(complaint => console.log(complaint));
process.exit(complaints.length ? 1 : 0);
