{{/* Of the server's pods, and of the check before an installation, which has ConfigMaps of its own. (root, prefix of their names) */}}
{{- define "federated-identity.serverVolumes" -}}
{{- $own := .own -}}
{{- with .root }}
{{ include "federated-identity.tmpVolume" . }}
{{ include "federated-identity.secretsVolume" (dict "sources" (include "federated-identity.serverSecrets" .)) }}
{{- with .Values.existingSecret }}
- name: secrets-all
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with .Values.existingConfigSecret }}
- name: secrets-config
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{ include "federated-identity.postgresTlsVolumes" . }}
{{- with .Values.redis }}
{{- if and .enabled (or .tls.caSecret .tls.caConfigMap) }}
{{ include "federated-identity.certificateVolume" (dict "name" "redis-tls" "secret" .tls.caSecret "configMap" .tls.caConfigMap
  "items" (list (dict "key" .tls.caKey "path" "ca.crt"))) }}
{{- end }}
{{- end }}
{{- with .Values.trust }}
{{- if or .existingSecret .existingConfigMap }}
{{ include "federated-identity.certificateVolume" (dict "name" "trust" "secret" .existingSecret "configMap" .existingConfigMap) }}
{{- end }}
{{- end }}
{{- if .Values.providers.saml }}
- name: saml
  projected:
    defaultMode: 0444
    sources:
      {{- range $index, $provider := .Values.providers.saml }}
      - configMap:
          name: {{ $provider.existingConfigMap | default (printf "%s-saml" $own) }}
          items:
            - key: {{ $provider.existingConfigMap | empty | ternary (printf "%d.xml" $index) ($provider.key | default "metadata.xml") }}
              path: {{ printf "%d.xml" $index }}
      {{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ tpl (toYaml .) $.root }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "federated-identity.serverMounts" -}}
{{ include "federated-identity.tmpMount" . }}
{{- if include "federated-identity.serverSecrets" . | fromYamlArray }}
- name: secrets
  mountPath: /run/secrets/federated-identity
  readOnly: true
{{- end }}
{{- if .Values.existingSecret }}
- name: secrets-all
  mountPath: /run/secrets/all
  readOnly: true
{{- end }}
{{- if .Values.existingConfigSecret }}
- name: secrets-config
  mountPath: /run/secrets/config
  readOnly: true
{{- end }}
{{ include "federated-identity.postgresTlsMounts" . }}
{{- with .Values.redis }}
{{- if and .enabled (or .tls.caSecret .tls.caConfigMap) }}
- name: redis-tls
  mountPath: /run/certificates/redis
  readOnly: true
{{- end }}
{{- end }}
{{- if or .Values.trust.existingSecret .Values.trust.existingConfigMap }}
- name: trust
  mountPath: /run/certificates/trust
  readOnly: true
{{- end }}
{{- if .Values.providers.saml }}
- name: saml
  mountPath: /etc/federated-identity/saml
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end -}}

{{/* The environment of every container that has the whole configuration. */}}
{{- define "federated-identity.serverEnv" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- $extra := tpl (include "federated-identity.environmentList" .Values.extraEnv) . | fromYamlArray }}
{{- $ours := include "federated-identity.serverEnvironment" . | fromYaml }}
{{- range $extra }}{{ $_ := unset $ours .name }}{{ end }}
{{ include "federated-identity.environmentList" $ours | trim }}
{{- with $extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What a container with the whole configuration has besides its name, arguments and resources. */}}
{{- define "federated-identity.serverContainer" -}}
env:
  {{- include "federated-identity.serverEnv" . | fromYamlArray | toYaml | nindent 2 }}
{{- with .Values.envFrom }}
envFrom:
  {{- tpl (toYaml .) $ | nindent 2 }}
{{- end }}
volumeMounts:
  {{- include "federated-identity.serverMounts" . | fromYamlArray | toYaml | nindent 2 }}
{{- end -}}

{{- define "federated-identity.topologySpread" -}}
{{- if .Values.topologySpreadConstraints -}}
{{- tpl (toYaml .Values.topologySpreadConstraints) . -}}
{{- else if .Values.defaultTopologySpread -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "federated-identity.selector" (dict "root" $ "component" "server") | nindent 6 }}
  {{- if semverCompare ">=1.27-0" $.Capabilities.KubeVersion.Version }}
  matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{/*
What makes new pods when it changes: the files that the chart makes, and by their versions (never their content) the objects that pods
mount. A cluster is needed for the latter; those that the chart generates never change.
*/}}
{{- define "federated-identity.checksums" -}}
checksum/config: {{ include "federated-identity.samlFiles" . | sha256sum }}
{{- if .Values.rollOnSecretChange }}
{{- $namespace := include "federated-identity.namespace" . -}}
{{- $own := include "federated-identity.fullname" . -}}
{{- $made := list (printf "%s-master-key" $own) (printf "%s-bootstrap" $own) (printf "%s-saml" $own) -}}
{{- $versions := list -}}
{{- $sources := list -}}
{{- range include "federated-identity.serverVolumes" (dict "root" . "own" $own) | fromYamlArray }}
{{- $sources = concat $sources (dig "projected" "sources" list .) }}
{{- if .secret }}{{ $sources = append $sources (dict "secret" (dict "name" .secret.secretName)) }}{{ end }}
{{- if .configMap }}{{ $sources = append $sources (dict "configMap" .configMap) }}{{ end }}
{{- end }}
{{- range $sources }}
{{- range $kind, $source := . }}
{{- if and (has $kind (list "secret" "configMap")) (not (has $source.name $made)) }}
{{- with lookup "v1" (ternary "Secret" "ConfigMap" (eq $kind "secret")) $namespace $source.name }}
{{- $versions = append $versions (printf "%s/%s/%s" $kind .metadata.name .metadata.resourceVersion) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- with $versions }}
checksum/references: {{ uniq . | sortAlpha | join "," | sha256sum }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Metadata documents that are values, as files. */}}
{{- define "federated-identity.samlFiles" -}}
{{- $files := dict -}}
{{- range $index, $provider := .Values.providers.saml -}}
{{- if $provider.metadata }}{{ $_ := set $files (printf "%d.xml" $index) $provider.metadata }}{{ end -}}
{{- end -}}
{{- toYaml $files -}}
{{- end -}}
