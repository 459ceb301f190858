{{/* What the pods of all components have in common. (root, serviceAccount) */}}
{{- define "federated-identity.podCommon" -}}
{{- with .root.Values -}}
serviceAccountName: {{ $.serviceAccount }}
automountServiceAccountToken: {{ and $.mayHaveToken .serviceAccount.automount | default false }}
enableServiceLinks: false
{{- with concat (.imagePullSecrets | default list) (.global.imagePullSecrets | default list) }}
imagePullSecrets:
  {{- range . }}
  - name: {{ kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "name") . }}
  {{- end }}
{{- end }}
securityContext:
  {{- toYaml .podSecurityContext | nindent 2 }}
{{- with .runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The beginning of a container of ours. */}}
{{- define "federated-identity.containerCommon" -}}
image: {{ include "federated-identity.image" (dict "root" . "image" .Values.image) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
{{- end -}}

{{- define "federated-identity.tmpVolume" -}}
{{- with .Values.tmp }}
{{- if .enabled -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .sizeLimit }}
    {{- with .medium }}
    medium: {{ . }}
    {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "federated-identity.tmpMount" -}}
{{- if .Values.tmp.enabled -}}
- name: tmp
  mountPath: /tmp
{{- end }}
{{- end -}}

{{/* A volume whose files are settings. (name, sources) */}}
{{- define "federated-identity.secretsVolume" -}}
{{- if fromYamlArray .sources -}}
- name: {{ .name | default "secrets" }}
  projected:
    defaultMode: 0440
    sources:
      {{- fromYamlArray .sources | toYaml | nindent 6 }}
{{- end }}
{{- end -}}

{{/* (root, component, annotations, labels) */}}
{{- define "federated-identity.podMetadata" -}}
labels:
  {{- omit (include "federated-identity.labels" . | fromYaml) "helm.sh/chart" "app.kubernetes.io/managed-by" | toYaml | nindent 2 }}
{{- with mergeOverwrite (dict) .root.Values.commonAnnotations (.annotations | default dict) }}
annotations:
  {{- /* No templates of ours: agents that are told what to do by annotations have their own in them. */}}
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
