// The pods of a release, wherever they are in its objects.

const of = (object) => (object.kind === "Pod" ? object : (object.spec?.jobTemplate?.spec ?? object.spec)?.template);

/** [object, metadata, spec] of everything that makes pods. */
export function podsOf(objects) {
  return objects
    .filter(({ kind }) => ["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"].includes(kind))
    .map((object) => ({ object, metadata: of(object)?.metadata ?? {}, spec: of(object)?.spec ?? {} }));
}

export const containersOf = (spec) => [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];

export function selects(selector, labels = {}) {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
    && matchExpressions.every(({ key, operator, values = [] }) => ({
      In: () => values.includes(labels[key]), NotIn: () => !values.includes(labels[key]),
      Exists: () => key in labels, DoesNotExist: () => !(key in labels),
    })[operator]());
}

/** The number of a container port that is called by number or name; undefined: there is none. */
export function portOf(spec, port) {
  const ports = (spec.containers ?? []).flatMap((container) => container.ports ?? []);
  return ports.find(({ name, containerPort }) => name === port || containerPort === port)?.containerPort;
}
