{{/* What files/backup.sh reads: its own variables, and libpq's. */}}
{{- define "federated-identity.backupEnvironment" -}}
{{- $modes := dict "Disable" "disable" "Allow" "allow" "Prefer" "prefer" "Require" "require" "VerifyCA" "verify-ca"
  "VerifyFull" "verify-full" -}}
{{- with .Values.externalDatabase }}
{{- if .host }}
{{- $hosts := list }}
{{- $ports := list }}
{{- range include "federated-identity.databaseHosts" . | fromYamlArray }}
{{- $hosts = append $hosts (trimAll "[]" .host) }}
{{- $ports = append $ports (toString .port) }}
{{- end }}
PGHOST: {{ join "," $hosts | quote }}
PGPORT: {{ join "," $ports | quote }}
PGDATABASE: {{ .database | quote }}
PGUSER: {{ $.Values.backup.user | default .user | quote }}
PGSSLMODE: {{ get $modes .sslMode }}
{{- if contains "," .host }}
PGTARGETSESSIONATTRS: any
{{- end }}
{{- else }}
DATABASE_URI_FILE: /run/secrets/backup/uri
{{- end }}
{{- end }}
{{- include "federated-identity.postgresTlsEnvironment" . }}
BACKUP_DIR: /backup
BACKUP_NAME: {{ include "federated-identity.fullname" . }}
RETENTION_DAYS: {{ .Values.backup.retentionDays | quote }}
{{- with .Values.backup.uploadCommand }}
BACKUP_UPLOAD_COMMAND: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* The one file that it needs: a password, or a URI where the server has a connection string of Npgsql. */}}
{{- define "federated-identity.backupSecret" -}}
{{- $own := .Values.backup -}}
{{- $database := .Values.externalDatabase -}}
{{- if not $database.host -}}
{{- if $own.existingSecret -}}
{{- include "federated-identity.secretFile" (dict "secret" $own.existingSecret "key" $own.existingSecretUriKey "file" "uri") -}}
{{- end -}}
{{- else if $own.existingSecret -}}
{{- include "federated-identity.secretFile" (dict "secret" $own.existingSecret "key" $own.existingSecretPasswordKey "file" "password") -}}
{{- else if $database.existingSecret -}}
{{- include "federated-identity.secretFile"
  (dict "secret" $database.existingSecret "key" $database.existingSecretPasswordKey "file" "password") -}}
{{- else if .Values.existingSecret -}}
{{- include "federated-identity.secretFile"
  (dict "secret" .Values.existingSecret "key" "FederatedIdentity__Postgres__Password" "file" "password") -}}
{{- end -}}
{{- end -}}
