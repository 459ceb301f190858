{{/*
What is not fit for production, as a map of names to reasons. hardening.accept takes single ones away, by name, so that an exception is
written down where the values are.
*/}}
{{- define "federated-identity.unsafe" -}}
{{- $v := .Values -}}
{{- $redis := and $v.redis.enabled $v.redis.host | empty | not -}}
{{- $elsewhere := include "federated-identity.secretsElsewhere" . | empty | not -}}
{{- $moving := list "latest" "main" "master" "edge" "nightly" "stable" -}}
{{- $needed := add (int $v.shutdown.delaySeconds) 25 -}}
{{- $rows := list
  (list "issuer" (not (hasPrefix "https://" $v.issuer)) "issuer is not https")
  (list "tag" (and (not $v.image.digest) (has $v.image.tag $moving)) (printf "image.tag is %s: another image tomorrow" $v.image.tag))
  (list "masterKey" (not (or $v.masterKey.existingSecret $elsewhere)) "masterKey.existingSecret is empty: a generated one is nowhere else")
  (list "bootstrap" (and $v.bootstrap.enabled (not (or $v.bootstrap.existingSecret $elsewhere)))
    "bootstrap.existingSecret is empty: a generated access key of the administrator stays in the cluster")
  (list "databaseTls" (and $v.externalDatabase.host (not (has $v.externalDatabase.sslMode (list "VerifyCA" "VerifyFull"))))
    (printf "externalDatabase.sslMode is %s: nobody checks who the database is" $v.externalDatabase.sslMode))
  (list "redisTls" (and $redis (not $v.redis.tls.enabled)) "redis.tls.enabled is false")
  (list "redisPassword" (and $redis (not (or $v.redis.existingSecret $elsewhere))) "redis.existingSecret is empty: there is no password")
  (list "otlp" (and (hasPrefix "http://" $v.otel.endpoint) (not $v.networkPolicy.egress.otlp))
    "otel.endpoint is not https, and networkPolicy.egress.otlp does not say who the collector is")
  (list "networkPolicy" (not $v.networkPolicy.enabled) "networkPolicy.enabled is false")
  (list "replicas" (lt (include "federated-identity.leastReplicas" . | int) 2) "there is only one replica")
  (list "podDisruptionBudget" (not $v.podDisruptionBudget.enabled) "podDisruptionBudget.enabled is false")
  (list "rateLimits" (not $v.rateLimits.enabled) "rateLimits.enabled is false")
  (list "memory" (not (dig "limits" "memory" "" $v.resources)) "resources.limits.memory is empty")
  (list "requests" (not (dig "requests" "memory" "" $v.resources)) "resources.requests.memory is empty")
  (list "token" $v.serviceAccount.automount "serviceAccount.automount: pods can call the Kubernetes API")
  (list "startupProbe" (not $v.startupProbe.enabled) "startupProbe.enabled is false")
  (list "readinessProbe" (not $v.readinessProbe.enabled) "readinessProbe.enabled is false")
  (list "livenessProbe" (not $v.livenessProbe.enabled) "livenessProbe.enabled is false")
  (list "updateStrategy" (ne (dig "type" "RollingUpdate" $v.updateStrategy) "RollingUpdate")
    "updateStrategy.type is not RollingUpdate: an upgrade is an outage")
  (list "grace" (lt (include "federated-identity.grace" . | int) (int $needed))
    (printf "terminationGracePeriodSeconds is less than %d: requests in flight may be cut" $needed))
  (list "management" (ne $v.managementService.type "ClusterIP") "managementService.type lets the outside read metrics")
  (list "ingressTls" (and $v.ingress.enabled (not $v.ingress.tls)) "ingress.tls is empty")
  (list "keyRotation" (eq $v.tokens.keyRotation "00:00:00") "tokens.keyRotation is 00:00:00: signing keys are never changed")
-}}
{{- $reasons := dict -}}
{{- range concat $rows (include "federated-identity.unsafeContexts" . | fromYamlArray) -}}
{{- if index . 1 }}{{ $_ := set $reasons (index . 0) (index . 2) }}{{ end -}}
{{- end -}}
{{- toYaml $reasons -}}
{{- end -}}

{{/* The restricted profile, and a root file system that cannot be written. */}}
{{- define "federated-identity.unsafeContexts" -}}
{{- $pod := .Values.podSecurityContext -}}
{{- $container := .Values.securityContext -}}
{{- $capabilities := $container.capabilities | default dict -}}
{{- $both := mergeOverwrite (dict) $pod $container -}}
{{- $root := or (eq (toString $pod.runAsUser) "0") (eq (toString $container.runAsUser) "0") -}}
{{- $seccomp := dig "seccompProfile" "type" "" $both -}}
{{- list
  (list "readOnlyRootFilesystem" (not $container.readOnlyRootFilesystem) "securityContext.readOnlyRootFilesystem is not true")
  (list "allowPrivilegeEscalation" (ne (toString $container.allowPrivilegeEscalation) "false")
    "securityContext.allowPrivilegeEscalation is not false")
  (list "privileged" ($container.privileged | default false) "securityContext.privileged is true")
  (list "capabilities" (not (has "ALL" ($capabilities.drop | default list))) "securityContext.capabilities.drop does not have ALL")
  (list "addedCapabilities" ($capabilities.add | empty | not) "securityContext.capabilities.add is not empty")
  (list "runAsNonRoot" (not $both.runAsNonRoot) "runAsNonRoot is not true")
  (list "root" $root "runAsUser is 0")
  (list "seccomp" (not (has $seccomp (list "RuntimeDefault" "Localhost"))) "seccompProfile.type is not RuntimeDefault")
  | toYaml -}}
{{- end -}}

{{- define "federated-identity.leastReplicas" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int -}}
{{- end -}}

{{/* Stops with every reason that is not accepted. */}}
{{- define "federated-identity.hardening" -}}
{{- $lines := list "hardening.enabled refuses these values; a reason that you accept goes into hardening.accept by its name:" -}}
{{- range $name, $reason := include "federated-identity.unsafe" . | fromYaml -}}
{{- if not (has $name $.Values.hardening.accept) }}{{ $lines = append $lines (printf "  %s: %s" $name $reason) }}{{ end -}}
{{- end -}}
{{- if rest $lines }}{{ join "\n" $lines | fail }}{{ end -}}
{{- end -}}
