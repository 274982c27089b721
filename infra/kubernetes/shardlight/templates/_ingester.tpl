{{/* The reader of the stream and the consumers of the topic are one program in two modes. */}}
{{- define "shardlight.ingester-config" -}}
{{- $variables := dict
  "NODE_OPTIONS" (printf "--max-old-space-size=%d" (int .settings.heapMiB))
  "INGESTER_MODE" .mode
  "INGESTER_HOST" "0.0.0.0"
  "INGESTER_PORT" 3300
  "WIKIPEDIA_KEPT_DAYS" .root.Values.ingester.keptDays -}}
{{- if contains "kafka" .mode -}}
{{- $variables = merge $variables (dict
  "KAFKA_BROKERS" (join "," .root.Values.kafka.brokers)
  "KAFKA_TOPIC" .root.Values.kafka.topic
  "KAFKA_GROUP" .root.Values.kafka.group
  "KAFKA_TLS" .root.Values.kafka.tls) -}}
{{- end -}}
{{- if hasPrefix "stream" .mode -}}
{{- with .root.Values.ingester.contact }}{{ $_ := set $variables "WIKIPEDIA_CONTACT" . }}{{ end -}}
{{- with .root.Values.ingester.streamUrl }}{{ $_ := set $variables "WIKIPEDIA_STREAM_URL" . }}{{ end -}}
{{- end -}}
{{- include "shardlight.config" (dict "root" .root "component" .component "variables" $variables) -}}
{{- end -}}

{{- define "shardlight.ingester-pod" -}}
metadata:
  labels:
    {{- include "shardlight.selector" . | nindent 4 }}
  annotations:
    {{- include "shardlight.pod-annotations" (dict "root" .root "config" (include "shardlight.ingester-config" .)) | nindent 4 }}
spec:
  {{- include "shardlight.pod" (dict "root" .root "component" .component "scheduling" .settings.scheduling) | nindent 2 }}
  terminationGracePeriodSeconds: 30
  containers:
    - name: ingester
      {{- include "shardlight.image" (dict "root" .root "app" "ingester") | nindent 6 }}
      {{- include "shardlight.container" (dict "root" .root "component" .component "port" 3300 "resources" .settings.resources) | nindent 6 }}
      env:
        {{- include "shardlight.secret-variables" . | nindent 8 }}
      volumeMounts:
        {{- include "shardlight.volume-mounts" . | nindent 8 }}
  volumes:
    {{- include "shardlight.volumes" . | nindent 4 }}
{{- end -}}
