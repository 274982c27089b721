{{/* What the schema cannot say: values that only together make sense. Each message says what to set. */}}
{{- define "shardlight.check" -}}
{{- $values := .Values -}}
{{- $needed := dict
  "image.registry: where the images are, such as registry.example.org/you" $values.image.registry
  "discord.existingSecret: a Secret with the bot's token" $values.discord.existingSecret
  "database.existingSecret: a Secret with the address of PostgreSQL" $values.database.existingSecret
  "manager.existingSecret: a Secret with the token of the managers' operations" $values.manager.existingSecret
  "status.existingSecret: a Secret with the tokens of the status page" $values.status.existingSecret -}}
{{- $missing := list -}}
{{- range $what, $value := $needed -}}
{{- if not $value }}{{ $missing = append $missing $what }}{{ end -}}
{{- end -}}
{{- with $missing }}{{ fail (printf "values are missing; set %s" (join "; " .)) }}{{ end -}}

{{- if gt (int $values.manager.replicas) 1 -}}
{{- if eq (toString $values.cluster.totalShards) "auto" -}}
{{- fail (printf "manager.replicas is %d: set cluster.totalShards to a number, since all managers have to know the same" (int $values.manager.replicas)) -}}
{{- end -}}
{{- if lt (int $values.cluster.totalShards) (int $values.manager.replicas) -}}
{{- fail (printf "%d managers cannot share %d shards: set manager.replicas to %d at most" (int $values.manager.replicas) (int $values.cluster.totalShards) (int $values.cluster.totalShards)) -}}
{{- end -}}
{{- if not $values.redis.existingSecret -}}
{{- fail (printf "manager.replicas is %d: set redis.existingSecret, since managers share logins and requests in Redis" (int $values.manager.replicas)) -}}
{{- end -}}
{{- end -}}

{{- if and (gt (int $values.status.replicas) 1) (not $values.redis.existingSecret) -}}
{{- fail (printf "status.replicas is %d: set redis.existingSecret, since replicas share what they know in Redis, or status.replicas to 1" (int $values.status.replicas)) -}}
{{- end -}}

{{- if and $values.ingester.enabled (not $values.ingester.contact) (not $values.ingester.streamUrl) -}}
{{- fail "set ingester.contact to an e-mail address or a web page, since Wikimedia asks every client for one, or ingester.enabled to false" -}}
{{- end -}}
{{- if and (eq $values.ingester.mode "stream-to-kafka") (not $values.kafka.brokers) -}}
{{- fail "ingester.mode is stream-to-kafka: set kafka.brokers, such as [kafka-1:9092, kafka-2:9092]" -}}
{{- end -}}
{{- if lt (int $values.consumers.keda.maxReplicas) (int $values.consumers.keda.minReplicas) -}}
{{- fail (printf "consumers.keda.maxReplicas is %d, less than minReplicas %d" (int $values.consumers.keda.maxReplicas) (int $values.consumers.keda.minReplicas)) -}}
{{- end -}}
{{- if and $values.ingress.enabled (not $values.ingress.host) -}}
{{- fail "ingress.enabled is true: set ingress.host to the name at which people find the page" -}}
{{- end -}}
{{- end -}}
