{{/* What a schema cannot say: values that need each other, and those that have other names now. */}}
{{- define "federated-identity.guard" -}}
{{- include "federated-identity.renamed" . -}}
{{- $v := .Values -}}
{{- $elsewhere := include "federated-identity.secretsElsewhere" . -}}
{{- if not (or $v.externalDatabase.host $v.externalDatabase.existingSecret $elsewhere) -}}
{{- fail "A database is required: externalDatabase.host with externalDatabase.existingSecret (its password), or externalDatabase.existingSecret alone (a connection string), or existingSecret." -}}
{{- end -}}
{{- if and $v.externalDatabase.host (not (or $v.externalDatabase.existingSecret $elsewhere $v.externalDatabase.tls.clientCertificateSecret)) -}}
{{- fail "externalDatabase.existingSecret is required: the Secret with the password of externalDatabase.user." -}}
{{- end -}}
{{- if and $v.redis.enabled (not (or $v.redis.host $v.redis.existingSecret $elsewhere)) -}}
{{- fail "redis.enabled needs redis.host, or redis.existingSecret with a connection string." -}}
{{- end -}}
{{- if and $v.redis.enabled $v.redis.host (or $v.redis.tls.caSecret $v.redis.tls.caConfigMap) (not $v.redis.tls.enabled) -}}
{{- fail "redis.tls.caSecret and redis.tls.caConfigMap need redis.tls.enabled." -}}
{{- end -}}
{{- if and $v.autoscaling.enabled (gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas is more than autoscaling.maxReplicas." -}}
{{- end -}}
{{- if eq (int $v.containerPorts.http) (int $v.containerPorts.management) -}}
{{- fail "containerPorts.http and containerPorts.management have to differ." -}}
{{- end -}}
{{- if and $v.httpRoute.enabled (not $v.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs: the Gateways that it belongs to." -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled (not $v.managementService.enabled) -}}
{{- fail "metrics.serviceMonitor.enabled needs managementService.enabled; metrics.podMonitor.enabled does not." -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled $v.metrics.podMonitor.enabled -}}
{{- fail "metrics.serviceMonitor and metrics.podMonitor would both read the same pods: enable one." -}}
{{- end -}}
{{- if and $v.backup.enabled (not (include "federated-identity.backupSecret" .)) (not $v.externalDatabase.tls.clientCertificateSecret) -}}
{{- fail "backup.enabled needs backup.existingSecret: a Secret with a password (with externalDatabase.host), or with a URI as libpq has them (without)." -}}
{{- end -}}
{{- range $v.providers.saml -}}
{{- if not (or .metadata .existingConfigMap) -}}
{{- fail (printf "providers.saml: %s needs metadata or existingConfigMap." .name) -}}
{{- end -}}
{{- end -}}
{{- if $v.hardening.enabled -}}
{{- include "federated-identity.hardening" . -}}
{{- end -}}
{{- end -}}

{{/* Names that values had, here or in charts that people come from. Nothing is taken silently under an old name. */}}
{{- define "federated-identity.renamed" -}}
{{- $values := .Values -}}
{{- $now := dict "env" "extraEnv" "extraManifests" "extraObjects" "postgresql" "externalDatabase" -}}
{{- range $old, $new := $now -}}
{{- if hasKey $values $old -}}
{{- fail (printf "The value %s is called %s here." $old $new) -}}
{{- end -}}
{{- end -}}
{{- end -}}
