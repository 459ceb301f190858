// Every rule of the Pod Security Standards' profile "restricted", which includes those of "baseline", on the pods of Linux nodes; and
// what this chart promises beyond. https://kubernetes.io/docs/concepts/security/pod-security-standards/
import { containersOf } from "./pods.mjs";

const volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
const seLinuxTypes = [undefined, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
const sysctls = ["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem"];
const confined = ["RuntimeDefault", "Localhost"];

const podRules = {
  "host namespaces": (pod) => !pod.spec.hostNetwork && !pod.spec.hostPID && !pod.spec.hostIPC,
  "volume types": (pod) => (pod.spec.volumes ?? []).every(({ name, ...source }) =>
    Object.keys(source).every((type) => volumes.includes(type))),
  "sysctls": (pod) => (pod.security.sysctls ?? []).every(({ name }) => sysctls.includes(name)),
  "AppArmor by annotation": (pod) => Object.entries(pod.metadata.annotations ?? {}).every(([key, value]) =>
    !key.startsWith("container.apparmor.security.beta.kubernetes.io/") || /^(|runtime\/default|localhost\/.*)$/.test(value)),
  "service account token": (pod) => pod.spec.automountServiceAccountToken === false,
  "service links": (pod) => pod.spec.enableServiceLinks === false,
};

const bothRules = {
  "HostProcess": (context) => !context.windowsOptions?.hostProcess,
  "AppArmor": (context) => [undefined, ...confined].includes(context.appArmorProfile?.type),
  "SELinux": ({ seLinuxOptions: options = {} }) => seLinuxTypes.includes(options.type) && !options.user && !options.role,
  "running as user 0": (context) => context.runAsUser !== 0,
  "seccomp": (context) => [undefined, ...confined].includes(context.seccompProfile?.type),
};

const containerRules = {
  "privileged": (container) => !container.security.privileged,
  "capabilities": ({ security: { capabilities = {} } }) =>
    (capabilities.drop ?? []).includes("ALL") && (capabilities.add ?? []).every((name) => name === "NET_BIND_SERVICE"),
  "host ports": (container) => (container.ports ?? []).every(({ hostPort }) => !hostPort),
  "hosts of probes and hooks": (container) => [container.startupProbe, container.readinessProbe, container.livenessProbe,
    container.lifecycle?.postStart, container.lifecycle?.preStop].every((probe) => !probe?.httpGet?.host && !probe?.tcpSocket?.host),
  "/proc mount": (container) => [undefined, "Default"].includes(container.security.procMount),
  "privilege escalation": (container) => container.security.allowPrivilegeEscalation === false,
  "running as non-root": (container, pod) => (container.security.runAsNonRoot ?? pod.security.runAsNonRoot) === true,
  "seccomp is set": (container, pod) => confined.includes((container.security.seccompProfile ?? pod.security.seccompProfile)?.type),
  "read-only root": (container) => container.security.readOnlyRootFilesystem === true,
  "memory limit": (container) => container.resources?.limits?.memory !== undefined,
};

export function checkRestricted({ object, metadata, spec }, report) {
  const pod = { metadata, spec, security: spec.securityContext ?? {} };
  check(podRules, [pod], (rule) => report(object, "spec", `restricted: ${rule}`));
  check(bothRules, [pod.security], (rule) => report(object, "spec.securityContext", `restricted: ${rule}`));
  for (const plain of containersOf(spec)) {
    const container = { ...plain, security: plain.securityContext ?? {} };
    check(bothRules, [container.security], (rule) => report(object, container.name, `restricted: ${rule}`));
    check(containerRules, [container, pod], (rule) => report(object, container.name, `restricted: ${rule}`));
  }
}

function check(rules, subject, broken) {
  for (const [rule, holds] of Object.entries(rules)) if (!holds(...subject)) broken(rule);
}
