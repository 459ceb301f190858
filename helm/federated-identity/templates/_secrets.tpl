{{/*
Which Secret has what. Every helper prints YAML: a list of sources of a projected volume, whose files are settings of the server.
*/}}

{{/* Whether the secrets come all together, so that nothing is generated and nothing is missed. */}}
{{- define "federated-identity.secretsElsewhere" -}}
{{- if or .Values.existingSecret .Values.secretsDirectories -}}true{{- end -}}
{{- end -}}

{{/* One key of a Secret as a file. (secret, key, file, optional) */}}
{{- define "federated-identity.secretFile" -}}
- secret:
    name: {{ .secret }}
    {{- if .optional }}
    optional: true
    {{- end }}
    items:
      - key: {{ .key }}
        path: {{ .file }}
{{- end -}}

{{/* The database as the role sees it that migrates. */}}
{{- define "federated-identity.databaseRole" -}}
{{- $database := .Values.externalDatabase -}}
{{- mergeOverwrite (dict) (omit $database "migration") $database.migration | toYaml -}}
{{- end -}}

{{/* (root, database) */}}
{{- define "federated-identity.databaseSecret" -}}
{{- $file := ternary "FederatedIdentity__Postgres__Password" "ConnectionStrings__Postgres" (not (empty .database.host)) -}}
{{- if .database.existingSecret -}}
{{- $key := ternary .database.existingSecretPasswordKey .database.existingSecretConnectionStringKey (not (empty .database.host)) -}}
{{- include "federated-identity.secretFile" (dict "secret" .database.existingSecret "key" $key "file" $file) }}
{{- else if .root.Values.existingSecret -}}
{{- include "federated-identity.secretFile" (dict "secret" .root.Values.existingSecret "key" $file "file" $file) }}
{{- end -}}
{{- end -}}

{{- define "federated-identity.masterKeySecret" -}}
{{- if .Values.masterKey.existingSecret -}}
{{- .Values.masterKey.existingSecret -}}
{{- else if not (include "federated-identity.secretsElsewhere" .) -}}
{{- include "federated-identity.fullname" . }}-master-key
{{- end -}}
{{- end -}}

{{- define "federated-identity.bootstrapSecret" -}}
{{- if .Values.bootstrap.enabled -}}
{{- if .Values.bootstrap.existingSecret -}}
{{- .Values.bootstrap.existingSecret -}}
{{- else if not (include "federated-identity.secretsElsewhere" .) -}}
{{- include "federated-identity.fullname" . }}-bootstrap
{{- end -}}
{{- end -}}
{{- end -}}

{{/* An access key as two files. (secret, accessKeyIdKey, secretAccessKeyKey, optional) */}}
{{- define "federated-identity.accessKeyFiles" -}}
- secret:
    name: {{ .secret }}
    {{- if .optional }}
    optional: true
    {{- end }}
    items:
      - key: {{ .accessKeyIdKey }}
        path: FederatedIdentity__Bootstrap__AccessKeyId
      - key: {{ .secretAccessKeyKey }}
        path: FederatedIdentity__Bootstrap__SecretAccessKey
{{- end -}}

{{/* What the server knows. */}}
{{- define "federated-identity.serverSecrets" -}}
{{- $values := .Values -}}
{{ include "federated-identity.databaseSecret" (dict "root" . "database" $values.externalDatabase) }}
{{- with $values.redis }}
{{- if and .enabled .existingSecret }}
{{- $file := ternary "FederatedIdentity__Redis__Password" "ConnectionStrings__Redis" (not (empty .host)) }}
{{- $key := ternary .existingSecretPasswordKey .existingSecretConnectionStringKey (not (empty .host)) }}
{{ include "federated-identity.secretFile" (dict "secret" .existingSecret "key" $key "file" $file) }}
{{- end }}
{{- end }}
{{- with include "federated-identity.masterKeySecret" . }}
{{ include "federated-identity.secretFile"
  (dict "secret" . "key" $values.masterKey.existingSecretKey "file" "FederatedIdentity__MasterKey") }}
{{- end }}
{{- with $values.masterKey.previous }}
{{- if .existingSecret }}
{{ include "federated-identity.secretFile"
  (dict "secret" .existingSecret "key" .existingSecretKey "file" "FederatedIdentity__PreviousMasterKey") }}
{{- end }}
{{- end }}
{{- with include "federated-identity.bootstrapSecret" . }}
{{- /* A generated one may be deleted once its key is in use elsewhere. */}}
{{ include "federated-identity.accessKeyFiles" (dict "secret" . "optional" (empty $values.bootstrap.existingSecret)
  "accessKeyIdKey" $values.bootstrap.accessKeyIdKey "secretAccessKeyKey" $values.bootstrap.secretAccessKeyKey) }}
{{- end }}
{{- with $values.otel.headers }}
{{- if .existingSecret }}
{{ include "federated-identity.secretFile" (dict "secret" .existingSecret "key" .existingSecretKey "file" "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The directories whose files are settings of the server; of two files of one name the later counts. */}}
{{- define "federated-identity.secretsDirectories" -}}
{{- $directories := .Values.secretsDirectories | default list -}}
{{- if .Values.existingSecret }}{{ $directories = append $directories "/run/secrets/all" }}{{ end -}}
{{- if .Values.existingConfigSecret }}{{ $directories = append $directories "/run/secrets/config" }}{{ end -}}
{{- if include "federated-identity.serverSecrets" . | fromYamlArray -}}
{{- $directories = append $directories "/run/secrets/federated-identity" -}}
{{- end -}}
{{- join ":" $directories -}}
{{- end -}}

{{/* Certificates as a volume. (name, configMap, secret, items of both, clientCertificate) */}}
{{- define "federated-identity.certificateVolume" -}}
- name: {{ .name }}
  projected:
    defaultMode: 0440
    sources:
      {{- with .configMap }}
      - configMap:
          name: {{ . }}
          {{- with $.items }}
          items: {{- toYaml . | nindent 12 }}
          {{- end }}
      {{- end }}
      {{- with .secret }}
      - secret:
          name: {{ . }}
          {{- with $.items }}
          items: {{- toYaml . | nindent 12 }}
          {{- end }}
      {{- end }}
      {{- with .clientCertificate }}
      - secret:
          name: {{ . }}
          items:
            - key: tls.crt
              path: tls.crt
            - key: tls.key
              path: tls.key
      {{- end }}
{{- end -}}

{{/* What every pod that speaks to PostgreSQL mounts for its TLS. */}}
{{- define "federated-identity.postgresTlsVolumes" -}}
{{- with .Values.externalDatabase.tls }}
{{- if or .caSecret .caConfigMap .clientCertificateSecret }}
{{- include "federated-identity.certificateVolume" (dict "name" "postgres-tls" "secret" .caSecret "configMap" .caConfigMap
  "items" (list (dict "key" .caKey "path" "ca.crt")) "clientCertificate" .clientCertificateSecret) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "federated-identity.postgresTlsMounts" -}}
{{- with .Values.externalDatabase.tls }}
{{- if or .caSecret .caConfigMap .clientCertificateSecret -}}
- name: postgres-tls
  mountPath: /run/certificates/postgres
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{/* Npgsql and libpq read the same variables. */}}
{{- define "federated-identity.postgresTlsEnvironment" -}}
{{- with .Values.externalDatabase.tls }}
{{- if or .caSecret .caConfigMap }}
PGSSLROOTCERT: /run/certificates/postgres/ca.crt
{{- end }}
{{- if .clientCertificateSecret }}
PGSSLCERT: /run/certificates/postgres/tls.crt
PGSSLKEY: /run/certificates/postgres/tls.key
{{- end }}
{{- end }}
{{- end -}}
