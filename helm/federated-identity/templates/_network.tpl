{{/* A rule for peers, or for everybody, on TCP ports. (direction "to" or "from", peers, ports) */}}
{{- define "federated-identity.tcpRule" -}}
- ports:
    {{- range .ports }}
    - protocol: TCP
      port: {{ . }}
    {{- end }}
  {{- with .peers }}
  {{ $.direction }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "federated-identity.dnsRule" -}}
{{- with .Values.networkPolicy.egress.dns -}}
- ports:
    {{- range .ports }}
    - protocol: UDP
      port: {{ . }}
    - protocol: TCP
      port: {{ . }}
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* (root, database) */}}
{{- define "federated-identity.postgresRule" -}}
{{- $ports := list -}}
{{- range include "federated-identity.databaseHosts" .database | fromYamlArray -}}
{{- $ports = append $ports (int .port) -}}
{{- end -}}
{{- include "federated-identity.tcpRule" (dict "direction" "to" "peers" .root.Values.networkPolicy.egress.postgres "ports" (uniq $ports)) -}}
{{- end -}}

{{- define "federated-identity.ingressRules" -}}
{{- $rules := .Values.networkPolicy.ingress -}}
{{- $test := dict "podSelector" (dict "matchLabels" (include "federated-identity.selector" (dict "root" . "component" "test") | fromYaml)) -}}
{{- $peers := empty $rules.http | ternary list (append $rules.http $test) -}}
{{ include "federated-identity.tcpRule" (dict "direction" "from" "peers" $peers "ports" (list "http")) }}
{{- with $rules.management }}
{{ include "federated-identity.tcpRule" (dict "direction" "from" "peers" . "ports" (list "management")) }}
{{- end }}
{{- with $rules.extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "federated-identity.egressRules" -}}
{{- $rules := .Values.networkPolicy.egress -}}
{{ include "federated-identity.dnsRule" . }}
{{ include "federated-identity.postgresRule" (dict "root" . "database" .Values.externalDatabase) }}
{{- if and (eq .Values.migrations.type "initContainer") (or .Values.externalDatabase.migration.host .Values.externalDatabase.migration.port) }}
{{ include "federated-identity.postgresRule" (dict "root" . "database" (include "federated-identity.databaseRole" . | fromYaml)) }}
{{- end }}
{{- if .Values.redis.enabled }}
{{ include "federated-identity.tcpRule" (dict "direction" "to" "peers" $rules.redis "ports" (list (int .Values.redis.port))) }}
{{- end }}
{{- with .Values.otel.endpoint }}
{{- $url := urlParse . }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (eq $url.scheme "https" | ternary "443" "80") }}
{{ include "federated-identity.tcpRule" (dict "direction" "to" "peers" $rules.otlp "ports" (list (int $port))) }}
{{- end }}
{{- if $rules.providers.enabled }}
{{- $internet := list (dict "ipBlock" (dict "cidr" "0.0.0.0/0" "except" $rules.providers.exceptIPv4))
  (dict "ipBlock" (dict "cidr" "2000::/3" "except" $rules.providers.exceptIPv6)) }}
{{ include "federated-identity.tcpRule" (dict "direction" "to" "peers" $internet "ports" $rules.providers.ports) }}
{{- end }}
{{- with $rules.extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* How an endpoint of a monitor is read. (monitor, job) */}}
{{- define "federated-identity.scrape" -}}
path: /metrics
scheme: http
interval: {{ .monitor.interval }}
scrapeTimeout: {{ .monitor.scrapeTimeout }}
honorLabels: {{ .monitor.honorLabels }}
relabelings:
  - targetLabel: job
    replacement: {{ .job }}
  {{- with .monitor.relabelings }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .monitor.metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
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
