{{/*
What is not fit for production, as a map of names to reasons. hardening.accept takes single ones away, by name, so that an exception is
written down where the values are.
*/}}
{{- define "federated-identity.unsafe" -}}
{{- $v := .Values -}}
{{- $reasons := dict -}}
{{- $elsewhere := include "federated-identity.secretsElsewhere" . -}}
{{- if not (hasPrefix "https://" $v.issuer) }}{{ $_ := set $reasons "issuer" "issuer is not https" }}{{ end -}}
{{- if and (not $v.image.digest) (has $v.image.tag (list "latest" "main" "edge" "nightly")) -}}
{{- $_ := set $reasons "tag" (printf "image.tag is %s, which is not the same image tomorrow" $v.image.tag) -}}
{{- end -}}
{{- if not (or $v.masterKey.existingSecret $elsewhere) -}}
{{- $_ := set $reasons "masterKey" "masterKey.existingSecret is empty: a generated master key is in no backup but the cluster's" -}}
{{- end -}}
{{- if and $v.bootstrap.enabled (not (or $v.bootstrap.existingSecret $elsewhere)) -}}
{{- $_ := set $reasons "bootstrap" "bootstrap.existingSecret is empty: a generated access key of the administrator stays in the cluster" -}}
{{- end -}}
{{- if and $v.externalDatabase.host (not (has $v.externalDatabase.sslMode (list "VerifyCA" "VerifyFull"))) -}}
{{- $_ := set $reasons "databaseTls" (printf "externalDatabase.sslMode is %s: nobody checks who the database is" $v.externalDatabase.sslMode) -}}
{{- end -}}
{{- if and $v.redis.enabled $v.redis.host (not $v.redis.tls.enabled) }}{{ $_ := set $reasons "redisTls" "redis.tls.enabled is false" }}{{ end -}}
{{- if and $v.redis.enabled $v.redis.host (not (or $v.redis.existingSecret $elsewhere)) }}{{ $_ := set $reasons "redisPassword" "redis.existingSecret is empty: Redis has no password" }}{{ end -}}
{{- if and $v.otel.endpoint (hasPrefix "http://" $v.otel.endpoint) (not $v.networkPolicy.egress.otlp) -}}
{{- $_ := set $reasons "otlp" "otel.endpoint is not https, and networkPolicy.egress.otlp does not say who the collector is" -}}
{{- end -}}
{{- if not $v.networkPolicy.enabled }}{{ $_ := set $reasons "networkPolicy" "networkPolicy.enabled is false" }}{{ end -}}
{{- if lt (include "federated-identity.leastReplicas" . | int) 2 }}{{ $_ := set $reasons "replicas" "there is only one replica" }}{{ end -}}
{{- if not $v.podDisruptionBudget.enabled }}{{ $_ := set $reasons "podDisruptionBudget" "podDisruptionBudget.enabled is false" }}{{ end -}}
{{- if not $v.rateLimits.enabled }}{{ $_ := set $reasons "rateLimits" "rateLimits.enabled is false" }}{{ end -}}
{{- if not (dig "limits" "memory" "" $v.resources) }}{{ $_ := set $reasons "memory" "resources.limits.memory is empty" }}{{ end -}}
{{- if not (dig "requests" "memory" "" $v.resources) }}{{ $_ := set $reasons "requests" "resources.requests.memory is empty" }}{{ end -}}
{{- if $v.serviceAccount.automount }}{{ $_ := set $reasons "token" "serviceAccount.automount: pods can call the Kubernetes API" }}{{ end -}}
{{- range $name := list "startupProbe" "readinessProbe" "livenessProbe" -}}
{{- if not (get $v $name).enabled }}{{ $_ := set $reasons $name (printf "%s.enabled is false" $name) }}{{ end -}}
{{- end -}}
{{- if not (eq (toString (dig "type" "RollingUpdate" $v.updateStrategy)) "RollingUpdate") }}{{ $_ := set $reasons "updateStrategy" "updateStrategy.type is not RollingUpdate: an upgrade is an outage" }}{{ end -}}
{{- if has $v.managementService.type (list "NodePort" "LoadBalancer") }}{{ $_ := set $reasons "management" "managementService.type lets the outside read metrics" }}{{ end -}}
{{- if and $v.ingress.enabled (not $v.ingress.tls) }}{{ $_ := set $reasons "ingressTls" "ingress.tls is empty" }}{{ end -}}
{{- if eq $v.tokens.keyRotation "00:00:00" }}{{ $_ := set $reasons "keyRotation" "tokens.keyRotation is 00:00:00: signing keys are never changed" }}{{ end -}}
{{- include "federated-identity.unsafeContexts" (dict "pod" $v.podSecurityContext "container" $v.securityContext "reasons" $reasons) -}}
{{- toYaml $reasons -}}
{{- end -}}

{{/* The restricted profile, and a root file system that cannot be written. (pod, container, reasons) */}}
{{- define "federated-identity.unsafeContexts" -}}
{{- $pod := .pod -}}
{{- $container := .container -}}
{{- $reasons := .reasons -}}
{{- if not $container.readOnlyRootFilesystem }}{{ $_ := set $reasons "readOnlyRootFilesystem" "securityContext.readOnlyRootFilesystem is not true" }}{{ end -}}
{{- if ne (toString $container.allowPrivilegeEscalation) "false" }}{{ $_ := set $reasons "allowPrivilegeEscalation" "securityContext.allowPrivilegeEscalation is not false" }}{{ end -}}
{{- if $container.privileged }}{{ $_ := set $reasons "privileged" "securityContext.privileged is true" }}{{ end -}}
{{- if not (has "ALL" (dig "capabilities" "drop" list $container)) }}{{ $_ := set $reasons "capabilities" "securityContext.capabilities.drop does not have ALL" }}{{ end -}}
{{- if dig "capabilities" "add" list $container }}{{ $_ := set $reasons "addedCapabilities" "securityContext.capabilities.add is not empty" }}{{ end -}}
{{- if not (or $container.runAsNonRoot (and $pod.runAsNonRoot (not (hasKey $container "runAsNonRoot")))) }}{{ $_ := set $reasons "runAsNonRoot" "runAsNonRoot is not true" }}{{ end -}}
{{- range list $pod $container -}}
{{- if and (hasKey . "runAsUser") (eq (toString .runAsUser) "0") }}{{ $_ := set $reasons "root" "runAsUser is 0" }}{{ end -}}
{{- end -}}
{{- if not (has (dig "seccompProfile" "type" (dig "seccompProfile" "type" "" $pod) $container) (list "RuntimeDefault" "Localhost")) }}{{ $_ := set $reasons "seccomp" "seccompProfile.type is not RuntimeDefault" }}{{ end -}}
{{- end -}}

{{- define "federated-identity.leastReplicas" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int -}}
{{- end -}}

{{/* Stops with every reason that is not accepted. */}}
{{- define "federated-identity.hardening" -}}
{{- $lines := list -}}
{{- $reasons := include "federated-identity.unsafe" . | fromYaml -}}
{{- range $name, $reason := $reasons -}}
{{- if not (has $name $.Values.hardening.accept) }}{{ $lines = append $lines (printf "  %s: %s" $name $reason) }}{{ end -}}
{{- end -}}
{{- if $lines -}}
{{- fail (printf "hardening.enabled refuses these values; a reason that you accept goes into hardening.accept by its name:\n%s" (join "\n" $lines)) -}}
{{- end -}}
{{- end -}}
