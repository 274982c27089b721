{{- define "shardlight.egress" -}}
- ports: [{ port: {{ .port }} }]
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Discord, Wikimedia, webhooks: by HTTPS, and at no address of the cluster or its cloud. */}}
{{- define "shardlight.internet" -}}
- ports: [{ port: 443 }]
  to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: {{ toJson .Values.networkPolicy.internetExcept }}
{{- end -}}

{{- define "shardlight.brokers" -}}
{{- range .Values.kafka.brokers | uniq }}
{{ include "shardlight.egress" (dict "port" (last (splitList ":" .)) "to" $.Values.kafka.to) }}
{{- end }}
{{- end -}}
