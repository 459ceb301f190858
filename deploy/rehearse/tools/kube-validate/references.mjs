// What an API server never checks: whether the objects of a release that name each other exist, and fit.
import { containersOf, podsOf, portOf, selects } from "./pods.mjs";

export function checkReferences(objects, external, report) {
  const release = { objects, pods: podsOf(objects), external, report };
  checkUnique(release);
  for (const pod of release.pods) checkPod(release, pod);
  for (const object of objects) checks[object.kind]?.(release, object);
}

const find = ({ objects }, kind, name) => objects.find((object) => object.kind === kind && object.metadata.name === name);

function need(release, from, kind, name, path, optional) {
  if (!name || optional || release.external.has(`${kind}/${name}`) || find(release, kind, name)) return;
  release.report(from, path, `there is no ${kind} ${name}`);
}

function checkUnique({ objects, report }) {
  const seen = new Set();
  for (const object of objects) {
    const id = [object.apiVersion.split("/")[0], object.kind, object.metadata.namespace, object.metadata.name].join(" ");
    if (seen.has(id)) report(object, "", "is there twice");
    seen.add(id);
  }
}

function checkPod(release, { object, metadata, spec }) {
  const { report } = release;
  if (object.spec.selector?.matchLabels && !selects(object.spec.selector, metadata.labels)) {
    report(object, "spec.selector", "does not select its own pods");
  }
  if (spec.serviceAccountName !== "default") need(release, object, "ServiceAccount", spec.serviceAccountName, "serviceAccountName");
  for (const { name } of spec.imagePullSecrets ?? []) need(release, object, "Secret", name, "imagePullSecrets");
  for (const volume of spec.volumes ?? []) checkVolume(release, object, volume);
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const used = new Set();
  for (const container of containersOf(spec)) {
    checkContainer(release, object, container, volumes);
    for (const { name } of container.volumeMounts ?? []) used.add(name);
  }
  for (const name of volumes) if (!used.has(name)) report(object, `volume ${name}`, "is mounted nowhere");
}

function checkVolume(release, object, { name, ...volume }) {
  const path = `volume ${name}`;
  const sources = [volume, ...(volume.projected?.sources ?? [])];
  for (const { secret, configMap } of sources) {
    checkItems(release, object, "Secret", { ...secret, name: secret?.secretName ?? secret?.name }, path);
    checkItems(release, object, "ConfigMap", configMap ?? {}, path);
  }
  need(release, object, "PersistentVolumeClaim", volume.persistentVolumeClaim?.claimName, path);
}

function checkItems(release, object, kind, { name, items = [], optional }, path) {
  need(release, object, kind, name, path, optional);
  const target = find(release, kind, name);
  for (const { key } of target ? items : []) {
    if (![target.data, target.stringData, target.binaryData].some((data) => data && key in data)) {
      release.report(object, path, `${kind} ${name} has no ${key}`);
    }
  }
}

function checkContainer(release, object, container, volumes) {
  const { report } = release;
  const paths = new Set();
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    if (!volumes.has(name)) report(object, container.name, `there is no volume ${name}`);
    if (paths.has(mountPath)) report(object, container.name, `${mountPath} is mounted twice`);
    paths.add(mountPath);
  }
  const names = (container.env ?? []).map(({ name }) => name);
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    report(object, container.name, `${name} is set twice`);
  }
  for (const { secretRef, configMapRef } of container.envFrom ?? []) {
    need(release, object, "Secret", secretRef?.name, container.name, secretRef?.optional);
    need(release, object, "ConfigMap", configMapRef?.name, container.name, configMapRef?.optional);
  }
  for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
    const port = container[probe]?.httpGet?.port ?? container[probe]?.tcpSocket?.port;
    if (port !== undefined && portOf({ containers: [container] }, port) === undefined) {
      report(object, container.name, `${probe}: there is no port ${port}`);
    }
  }
}

const checks = {
  Service({ pods, report }, object) {
    const targets = pods.filter(({ metadata }) => selects({ matchLabels: object.spec.selector }, metadata.labels));
    if (targets.length !== 1) report(object, "spec.selector", `selects ${targets.length} kinds of pods instead of one`);
    for (const { targetPort, port } of object.spec.ports) {
      if (targets.length && portOf(targets[0].spec, targetPort ?? port) === undefined) {
        report(object, "spec.ports", `there is no container port ${targetPort ?? port}`);
      }
    }
  },
  PodDisruptionBudget({ pods, report }, object) {
    const targets = pods.filter(({ metadata }) => selects(object.spec.selector, metadata.labels));
    if (targets.length !== 1) report(object, "spec.selector", `selects ${targets.length} kinds of pods instead of one`);
  },
  HorizontalPodAutoscaler(release, object) {
    const { kind, name } = object.spec.scaleTargetRef;
    need(release, object, kind, name, "spec.scaleTargetRef");
    if (find(release, kind, name)?.spec.replicas !== undefined) release.report(object, "", `${kind} ${name} says replicas, too`);
  },
  Ingress(release, object) {
    for (const { backend } of (object.spec.rules ?? []).flatMap((rule) => rule.http.paths)) {
      checkBackend(release, object, backend.service.name, backend.service.port);
    }
  },
  HTTPRoute(release, object) {
    for (const { name, port } of (object.spec.rules ?? []).flatMap((rule) => rule.backendRefs ?? [])) {
      checkBackend(release, object, name, { number: port });
    }
  },
  ServiceMonitor({ objects, report }, object) {
    const targets = objects.filter(({ kind, metadata }) => kind === "Service" && selects(object.spec.selector, metadata.labels));
    if (targets.length !== 1) report(object, "spec.selector", `selects ${targets.length} Services instead of one`);
    for (const { port } of object.spec.endpoints) {
      if (!targets.some(({ spec }) => spec.ports.some(({ name }) => name === port))) {
        report(object, "spec.endpoints", `there is no port ${port}`);
      }
    }
  },
  PodMonitor({ pods, report }, object) {
    const targets = pods.filter(({ metadata }) => selects(object.spec.selector, metadata.labels));
    if (targets.length !== 1) report(object, "spec.selector", `selects ${targets.length} kinds of pods instead of one`);
    for (const { port } of object.spec.podMetricsEndpoints) {
      if (!targets.some(({ spec }) => portOf(spec, port))) report(object, "spec.podMetricsEndpoints", `there is no port ${port}`);
    }
  },
};

function checkBackend(release, object, name, { name: port, number }) {
  need(release, object, "Service", name, "backend");
  const service = find(release, "Service", name);
  if (service && !service.spec.ports.some((one) => one.name === port || one.port === number)) {
    release.report(object, "backend", `Service ${name} has no port ${port ?? number}`);
  }
}
