{{/* What files/backup.sh reads: libpq's own variables, and a few of its own. */}}
{{- define "federated-identity.backupEnvironment" -}}
{{- $modes := dict "Disable" "disable" "Allow" "allow" "Prefer" "prefer" "Require" "require" "VerifyCA" "verify-ca" "VerifyFull" "verify-full" -}}
{{- with .Values.externalDatabase }}
{{- if .host }}
PGHOST: {{ .host | quote }}
PGPORT: {{ .port | quote }}
PGDATABASE: {{ .database | quote }}
PGUSER: {{ $.Values.backup.user | default .user | quote }}
PGSSLMODE: {{ get $modes .sslMode }}
{{- end }}
{{- end }}
{{- include "federated-identity.postgresTlsEnvironment" . }}
BACKUP_SECRETS: /run/secrets/backup
BACKUP_DIRECTORY: /backup
BACKUP_RETENTION_DAYS: {{ .Values.backup.retentionDays | quote }}
{{- with .Values.backup.uploadCommand }}
BACKUP_UPLOAD: {{ . | quote }}
{{- end }}
{{- end -}}
