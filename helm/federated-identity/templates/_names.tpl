{{/* The chart's name as a label. */}}
{{- define "federated-identity.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
The name of all objects, followed by a suffix of theirs. The longest name of a CronJob has 52 characters, so this one has 45; a longer one
is cut, and ends with a digest of the whole, so that two long releases stay apart.
*/}}
{{- define "federated-identity.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := .Values.fullnameOverride -}}
{{- if not $full -}}
{{- $full = contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- end -}}
{{- /* A release may be called 1.st, and a Service may not. */ -}}
{{- $full = replace "." "-" $full -}}
{{- if regexMatch "^[0-9]" $full }}{{ $full = printf "fi-%s" $full }}{{ end -}}
{{- if gt (len $full) 45 -}}
{{- $full = printf "%s-%s" (trunc 36 $full | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{- define "federated-identity.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{/* What selects the pods of a component: never changes, so no version is in it. (root, component) */}}
{{- define "federated-identity.selector" -}}
app.kubernetes.io/name: {{ include "federated-identity.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* (root, component, labels) */}}
{{- define "federated-identity.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/version" (.root.Values.image.tag | default .root.Chart.AppVersion | trunc 63 | trimAll "-_.")
  "app.kubernetes.io/managed-by" .root.Release.Service
  "app.kubernetes.io/part-of" "federated-identity" -}}
{{- $selector := include "federated-identity.selector" . | fromYaml -}}
{{- mergeOverwrite (dict) .root.Values.commonLabels (.labels | default dict) $own $selector | toYaml -}}
{{- end -}}

{{/* The metadata of an object. (root, component, and if they differ: name, namespace, labels, annotations) */}}
{{- define "federated-identity.metadata" -}}
name: {{ .name | default (include "federated-identity.fullname" .root) }}
namespace: {{ .namespace | default (include "federated-identity.namespace" .root) }}
labels:
  {{- include "federated-identity.labels" . | nindent 2 }}
{{- with mergeOverwrite (dict) .root.Values.commonAnnotations (.annotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* (root, image) */}}
{{- define "federated-identity.image" -}}
{{- $registry := .root.Values.global.imageRegistry | default .image.registry -}}
{{- $tag := .image.tag | default .root.Chart.AppVersion -}}
{{- $registry | empty | ternary "" (printf "%s/" (trimSuffix "/" $registry)) -}}
{{- .image.repository -}}
{{- .image.digest | empty | ternary (printf ":%s" $tag) (printf "@%s" .image.digest) -}}
{{- end -}}

{{- define "federated-identity.serviceAccount" -}}
{{- $created := .Values.serviceAccount.create | ternary (include "federated-identity.fullname" .) "default" -}}
{{- .Values.serviceAccount.name | default $created -}}
{{- end -}}

{{/* host and path of the issuer, in YAML. */}}
{{- define "federated-identity.issuer" -}}
{{- $url := required "issuer is required: the public https URL of this installation." .Values.issuer | urlParse -}}
host: {{ regexReplaceAll ":[0-9]+$" $url.host "" | quote }}
path: {{ $url.path | default "/" | quote }}
{{- end -}}

{{/* A number of YAML or of --set as it was written: 1e+06 is no setting. */}}
{{- define "federated-identity.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) (lt . 1e15) -}}
{{- printf "%d" (int64 .) -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end -}}
