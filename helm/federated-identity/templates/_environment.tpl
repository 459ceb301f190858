{{/* Settings as environment: helpers that print a map of names to values in YAML. */}}

{{/* Writes a value of whatever depth into a map of settings. (prefix, value, into) */}}
{{- define "federated-identity.flatten" -}}
{{- $prefix := .prefix -}}
{{- $into := .into -}}
{{- if kindIs "map" .value -}}
{{- range $name, $value := .value -}}
{{- include "federated-identity.flatten" (dict "prefix" (printf "%s__%s" $prefix $name) "value" $value "into" $into) -}}
{{- end -}}
{{- else if kindIs "slice" .value -}}
{{- range $index, $value := .value -}}
{{- include "federated-identity.flatten" (dict "prefix" (printf "%s__%d" $prefix $index) "value" $value "into" $into) -}}
{{- end -}}
{{- else if not (kindIs "invalid" .value) -}}
{{- $_ := set $into $prefix (include "federated-identity.text" .value) -}}
{{- end -}}
{{- end -}}

{{/* The hosts of a database with their ports: `a`, `a:5433`, `[2001:db8::1]`, or with commas between; without a host, its port alone. */}}
{{- define "federated-identity.databaseHosts" -}}
{{- range splitList "," (.host | default "") }}
{{- $hasPort := regexMatch "^([^:]+|\\[.*\\]):[0-9]+$" . }}
- host: {{ $hasPort | ternary (regexReplaceAll ":[0-9]+$" . "") . | quote }}
  port: {{ $hasPort | ternary (regexFind "[0-9]+$" . | int) (int $.port) }}
{{- end }}
{{- end -}}

{{/* Where the database is, without its secret. (root, database) */}}
{{- define "federated-identity.databaseEnvironment" -}}
{{- with .database }}
{{- if .host }}
{{- $text := printf "Host=%s;Port=%d;Database=%s;Username=%s;SSL Mode=%s" .host (int .port) .database .user .sslMode }}
ConnectionStrings__Postgres: {{ empty .parameters | ternary $text (printf "%s;%s" $text .parameters) | quote }}
{{- end }}
{{- if not (kindIs "invalid" .pgBouncer) }}
FederatedIdentity__Postgres__PgBouncer: {{ .pgBouncer | quote }}
{{- end }}
{{- if not (kindIs "invalid" .partitions) }}
FederatedIdentity__Postgres__Partitions: {{ .partitions | int | quote }}
{{- end }}
{{- end }}
{{- include "federated-identity.postgresTlsEnvironment" .root }}
{{- end -}}

{{- define "federated-identity.redisEnvironment" -}}
{{- $root := . -}}
{{- with .Values.redis }}
{{- if .enabled }}
{{- if .host }}
{{- $parts := list (printf "%s:%d" .host (int .port)) (printf "defaultDatabase=%d" (int .database)) }}
{{- if .tls.enabled }}{{ $parts = append $parts "ssl=true" }}{{ end }}
{{- if .tls.serverName }}{{ $parts = append $parts (printf "sslHost=%s" .tls.serverName) }}{{ end }}
{{- if .user }}{{ $parts = append $parts (printf "user=%s" .user) }}{{ end }}
{{- if .parameters }}{{ $parts = append $parts .parameters }}{{ end }}
ConnectionStrings__Redis: {{ join "," $parts | quote }}
{{- end }}
FederatedIdentity__Redis__KeyPrefix: {{ .keyPrefix | default (printf "federated-identity:%s:%s:"
  (include "federated-identity.namespace" $root) (include "federated-identity.fullname" $root)) | quote }}
{{- with .commandTimeout }}
FederatedIdentity__Redis__CommandTimeout: {{ . | quote }}
{{- end }}
{{- if or .tls.caSecret .tls.caConfigMap }}
FederatedIdentity__Redis__CaFile: /run/certificates/redis/ca.crt
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Replicas that share the rate limits while nothing counts them. */}}
{{- define "federated-identity.mostReplicas" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.maxReplicas .Values.replicaCount | int | max 1 -}}
{{- end -}}

{{/* What has a value of its own, by the server's name. (values) */}}
{{- define "federated-identity.settings" -}}
{{- $v := .Values -}}
{{- $saml := list -}}
{{- range $index, $provider := $v.providers.saml -}}
{{- $saml = append $saml (dict "Name" $provider.name "MetadataFile" (printf "/etc/federated-identity/saml/%d.xml" $index)) -}}
{{- end -}}
{{- $oidc := list -}}
{{- range $v.providers.openIdConnect -}}
{{- $oidc = append $oidc (dict "Url" .url "ClientIds" .clientIds "Thumbprints" .thumbprints) -}}
{{- end -}}
{{- $limits := $v.rateLimits -}}
{{- toYaml (dict
  "Issuer" (required "issuer is required: the public https URL of this installation." $v.issuer)
  "Region" $v.region "AccountId" $v.accountId "Partition" $v.partition
  "TrustedProxies" $v.trustedProxies
  "Management" (dict "Port" $v.containerPorts.management)
  "Shutdown" (dict "Delay" (printf "00:%02d:%02d" (div (int $v.shutdown.delaySeconds) 60) (mod (int $v.shutdown.delaySeconds) 60)))
  "Tokens" (dict "SigningAlgorithm" $v.tokens.signingAlgorithm "KeyRotation" ($v.tokens.keyRotation | default nil)
    "KeyPublishing" ($v.tokens.keyPublishing | default nil) "KeyCacheLifetime" ($v.tokens.keyCacheLifetime | default nil))
  "RateLimits" (dict "Enabled" $limits.enabled "PerPool" $limits.perPool "PerSource" $limits.perSource "PerIdentity" $limits.perIdentity
    "Burst" $limits.burst "Operations" $limits.operations
    "Replicas" ($limits.replicas | default (include "federated-identity.mostReplicas" . | int)))
  "OpenIdConnectProviders" $oidc "SamlProviders" $saml
  "Providers" (dict "KeyHosts" $v.providers.keyHosts "AudienceRule" ($v.providers.audienceRule | default nil)
    "ClockSkew" ($v.providers.clockSkew | default nil))
  "Outbound" (dict "AllowedPrivateHosts" $v.providers.allowedPrivateHosts "Proxy" ($v.providers.proxy | default nil))) -}}
{{- end -}}

{{- define "federated-identity.otelEnvironment" -}}
{{- with .Values.otel }}
{{- if .endpoint }}
{{- $attributes := list "k8s.namespace.name=$(POD_NAMESPACE)" "k8s.pod.name=$(POD_NAME)" "service.instance.id=$(POD_NAME)" }}
{{- range $name, $value := .resourceAttributes }}{{ $attributes = append $attributes (printf "%s=%s" $name $value) }}{{ end }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ .endpoint | quote }}
OTEL_EXPORTER_OTLP_PROTOCOL: {{ .protocol | quote }}
OTEL_SERVICE_NAME: {{ .serviceName | quote }}
OTEL_RESOURCE_ATTRIBUTES: {{ join "," $attributes | quote }}
OTEL_TRACES_SAMPLER: {{ .sampler | quote }}
OTEL_TRACES_SAMPLER_ARG: {{ include "federated-identity.text" .samplerArg | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Everything the server is told, as a map; `config` counts before the values that have names of their own. */}}
{{- define "federated-identity.serverEnvironment" -}}
{{- $all := dict "ASPNETCORE_HTTP_PORTS" (toString .Values.containerPorts.http) -}}
{{- include "federated-identity.flatten" (dict "prefix" "FederatedIdentity" "into" $all
  "value" (include "federated-identity.settings" . | fromYaml)) -}}
{{- with include "federated-identity.secretsDirectories" . -}}
{{- $_ := set $all "FederatedIdentity__SecretsDirectory" . -}}
{{- end -}}
{{- if or .Values.trust.existingConfigMap .Values.trust.existingSecret -}}
{{- $_ := set $all "SSL_CERT_DIR" "/etc/ssl/certs:/run/certificates/trust" -}}
{{- end -}}
{{- with .Values.gcHeapHardLimitPercent -}}
{{- $_ := set $all "DOTNET_GCHeapHardLimitPercent" (printf "0x%X" (int .)) -}}
{{- end -}}
{{- $all = mergeOverwrite $all
  (include "federated-identity.databaseEnvironment" (dict "root" . "database" .Values.externalDatabase) | fromYaml)
  (include "federated-identity.redisEnvironment" . | fromYaml)
  (include "federated-identity.otelEnvironment" . | fromYaml) -}}
{{- $free := dict -}}
{{- include "federated-identity.flatten" (dict "prefix" "FederatedIdentity" "into" $free "value" .Values.config) -}}
{{- range $name, $_ := $free -}}
{{- if regexMatch "(?i)(Password|MasterKey|SecretAccessKey|SessionToken|AppSecrets__[^_]+)$" $name -}}
{{- fail (printf "config: %s is a secret, which everybody would see. Put it into the Secret of existingConfigSecret, as this key." $name) -}}
{{- end -}}
{{- end -}}
{{- toYaml (mergeOverwrite $all $free) -}}
{{- end -}}

{{/* A map, or a list as in a container, as a list. */}}
{{- define "federated-identity.environmentList" -}}
{{- if kindIs "map" . -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  {{- if kindIs "map" $value }}
  {{- toYaml $value | nindent 2 }}
  {{- else }}
  value: {{ include "federated-identity.text" $value | quote }}
  {{- end }}
{{- end -}}
{{- else if . -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}
