{{/* Migrations: a container, and what it mounts. It knows the database and nothing else. */}}
{{- define "federated-identity.migrateContainer" -}}
{{- $database := include "federated-identity.databaseRole" . | fromYaml -}}
{{- $secrets := include "federated-identity.databaseSecret" (dict "root" . "database" $database) -}}
{{- $directories := .Values.secretsDirectories | default list -}}
{{- if $secrets }}{{ $directories = append $directories "/run/secrets/migration" }}{{ end -}}
- name: migrate
  {{- include "federated-identity.containerCommon" . | nindent 2 }}
  args: [migrate]
  {{- $environment := include "federated-identity.databaseEnvironment" (dict "root" . "database" $database) | fromYaml }}
  {{- if $directories }}
  {{- $_ := set $environment "FederatedIdentity__SecretsDirectory" (join ":" $directories) }}
  {{- end }}
  env:
    {{- include "federated-identity.environmentList" $environment | trim | nindent 4 }}
    {{- with include "federated-identity.environmentList" .Values.migrations.extraEnv | trim }}
    {{- tpl . $ | nindent 4 }}
    {{- end }}
  resources:
    {{- toYaml .Values.migrations.resources | nindent 4 }}
  volumeMounts:
    {{- include "federated-identity.migrateMounts" . | fromYamlArray | toYaml | nindent 4 }}
{{- end -}}

{{- define "federated-identity.migrateMounts" -}}
{{ include "federated-identity.tmpMount" . }}
{{- if include "federated-identity.migrateSecretsVolume" . }}
- name: secrets-migration
  mountPath: /run/secrets/migration
  readOnly: true
{{- end }}
{{ include "federated-identity.postgresTlsMounts" . }}
{{- with .Values.migrations.extraVolumeMounts }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end -}}

{{- define "federated-identity.migrateSecretsVolume" -}}
{{- $database := include "federated-identity.databaseRole" . | fromYaml -}}
{{- include "federated-identity.secretsVolume" (dict "name" "secrets-migration"
  "sources" (include "federated-identity.databaseSecret" (dict "root" . "database" $database))) -}}
{{- end -}}

{{- define "federated-identity.migrateVolumes" -}}
{{ include "federated-identity.tmpVolume" . }}
{{ include "federated-identity.migrateSecretsVolume" . }}
{{ include "federated-identity.postgresTlsVolumes" . }}
{{- with .Values.migrations.extraVolumes }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end -}}
