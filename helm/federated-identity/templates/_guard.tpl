{{/* What a schema cannot say: values that need each other, and those that have other names now. */}}
{{- define "federated-identity.guard" -}}
{{- include "federated-identity.renamed" . -}}
{{- $v := .Values -}}
{{- $database := $v.externalDatabase -}}
{{- $elsewhere := include "federated-identity.secretsElsewhere" . | empty | not -}}
{{- $ca := or $v.redis.tls.caSecret $v.redis.tls.caConfigMap | empty | not -}}
{{- range list
  (list (or $database.host $database.existingSecret $elsewhere)
    "A database is required: externalDatabase.host with externalDatabase.existingSecret (its password), or"
    "externalDatabase.existingSecret alone (a connection string), or existingSecret.")
  (list (or (not $database.host) $database.existingSecret $elsewhere $database.tls.clientCertificateSecret)
    "externalDatabase.existingSecret is required: the Secret with the password of externalDatabase.user.")
  (list (or (not $v.redis.enabled) $v.redis.host $v.redis.existingSecret $elsewhere)
    "redis.enabled needs redis.host, or redis.existingSecret with a connection string.")
  (list (not (and $v.redis.enabled $v.redis.host $ca (not $v.redis.tls.enabled)))
    "redis.tls.caSecret and redis.tls.caConfigMap need redis.tls.enabled.")
  (list (not (and $v.autoscaling.enabled (gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas))))
    "autoscaling.minReplicas is more than autoscaling.maxReplicas.")
  (list (ne (int $v.containerPorts.http) (int $v.containerPorts.management))
    "containerPorts.http and containerPorts.management have to differ.")
  (list (or (not $v.httpRoute.enabled) $v.httpRoute.parentRefs)
    "httpRoute.enabled needs httpRoute.parentRefs: the Gateways that it belongs to.")
  (list (or (not $v.metrics.serviceMonitor.enabled) $v.managementService.enabled)
    "metrics.serviceMonitor.enabled needs managementService.enabled; metrics.podMonitor.enabled does not.")
  (list (or (not $v.backup.enabled) (include "federated-identity.backupSecret" .) $database.tls.clientCertificateSecret)
    "backup.enabled needs backup.existingSecret: a Secret with a password (with externalDatabase.host), or with a URI as libpq"
    "has them (without).")
  (list (gt (include "federated-identity.grace" . | int) (int $v.shutdown.delaySeconds))
    "terminationGracePeriodSeconds is not more than shutdown.delaySeconds: pods would be killed while they serve.") -}}
{{- if not (first .) }}{{ rest . | join " " | fail }}{{ end -}}
{{- end -}}
{{- range $v.providers.saml -}}
{{- if not (or .metadata .existingConfigMap) }}{{ fail (printf "providers.saml: %s needs metadata or existingConfigMap." .name) }}{{ end -}}
{{- end -}}
{{- if $v.hardening.enabled }}{{ include "federated-identity.hardening" . }}{{ end -}}
{{- end -}}

{{/* Names that values had, here or in charts that people come from. Nothing is taken silently under an old name. */}}
{{- define "federated-identity.renamed" -}}
{{- $values := .Values -}}
{{- range $old, $new := dict "env" "extraEnv" "extraManifests" "extraObjects" "postgresql" "externalDatabase" -}}
{{- if hasKey $values $old }}{{ fail (printf "The value %s is called %s here." $old $new) }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* What a pod that is told to stop needs: until everybody has noticed, for requests in flight (25 s at most), and a little more. */}}
{{- define "federated-identity.grace" -}}
{{- .Values.terminationGracePeriodSeconds | default (add (int .Values.shutdown.delaySeconds) 35) | int -}}
{{- end -}}
