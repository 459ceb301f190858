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

{{/* clusterIP and families of a Service; never an empty line. */}}
{{- define "federated-identity.serviceAddresses" -}}
{{- $fields := dict -}}
{{- range $name := list "clusterIP" "ipFamilyPolicy" "ipFamilies" -}}
{{- with get $ $name }}{{ $_ := set $fields $name . }}{{ end -}}
{{- end -}}
{{- $_ := set $fields "publishNotReadyAddresses" false -}}
{{- toYaml $fields -}}
{{- end -}}

{{- define "federated-identity.migrateVolumes" -}}
{{ include "federated-identity.tmpVolume" . }}
{{ include "federated-identity.migrateSecretsVolume" . }}
{{ include "federated-identity.postgresTlsVolumes" . }}
{{- with .Values.migrations.extraVolumes }}
{{ tpl (toYaml .) $ }}
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
