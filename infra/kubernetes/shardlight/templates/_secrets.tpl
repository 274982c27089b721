{{/* The secrets of a component: which variable, in which Secret, under which key. Processes read them from files. */}}
{{- define "shardlight.secrets" -}}
{{- $values := .root.Values -}}
- { variable: DATABASE_URL, secret: {{ $values.database.existingSecret }}, key: {{ $values.database.urlKey }} }
{{- if and $values.redis.existingSecret (has .component (list "manager" "status")) }}
- { variable: REDIS_URL, secret: {{ $values.redis.existingSecret }}, key: {{ $values.redis.urlKey }} }
{{- end }}
{{- if eq .component "manager" }}
- { variable: DISCORD_TOKEN, secret: {{ $values.discord.existingSecret }}, key: {{ $values.discord.tokenKey }} }
- { variable: MANAGER_TOKEN, secret: {{ $values.manager.existingSecret }}, key: {{ $values.manager.tokenKey }} }
- { variable: STATUS_TOKEN, secret: {{ $values.status.existingSecret }}, key: {{ $values.status.pushTokenKey }} }
{{- end }}
{{- if eq .component "status" }}
{{- range $variable, $key := dict
  "STATUS_TOKENS" $values.status.tokensKey
  "STATUS_OPERATOR_TOKENS" $values.status.operatorTokensKey
  "STATUS_WEBHOOKS" $values.status.webhooksKey
  "STATUS_WEBHOOK_SECRET" $values.status.webhookSecretKey }}
{{- with $key }}
- { variable: {{ $variable }}, secret: {{ $values.status.existingSecret }}, key: {{ . }} }
{{- end }}
{{- end }}
{{- end }}
{{- if and (contains "kafka" (default "" .mode)) $values.kafka.existingSecret }}
- { variable: KAFKA_USERNAME, secret: {{ $values.kafka.existingSecret }}, key: {{ $values.kafka.usernameKey }} }
- { variable: KAFKA_PASSWORD, secret: {{ $values.kafka.existingSecret }}, key: {{ $values.kafka.passwordKey }} }
{{- end }}
{{- end -}}

{{- define "shardlight.secret-variables" -}}
{{- range include "shardlight.secrets" . | fromYamlArray }}
- { name: {{ .variable }}_FILE, value: /secrets/{{ .variable }} }
{{- end }}
{{- end -}}

{{- define "shardlight.volume-mounts" -}}
- { name: secrets, mountPath: /secrets, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- end -}}

{{- define "shardlight.volumes" -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range include "shardlight.secrets" . | fromYamlArray }}
      - secret:
          name: {{ .secret }}
          items: [{ key: {{ .key }}, path: {{ .variable }} }]
      {{- end }}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
{{- end -}}
