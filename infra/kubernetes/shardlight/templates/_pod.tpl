{{/* What all pods have: no token for the API server, nobody's rights, and where they may run. */}}
{{- define "shardlight.pod" -}}
serviceAccountName: {{ include "shardlight.fullname" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "shardlight.selector" $ | nindent 8 }}
  {{- end }}
{{- with .scheduling }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A pod is replaced when what it reads at its start has changed. */}}
{{- define "shardlight.pod-annotations" -}}
checksum/config: {{ .config | sha256sum }}
{{- with .root.Values.secretsRevision }}
shardlight/secrets-revision: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "shardlight.image" -}}
image: {{ printf "%s/shardlight-%s:%s" .root.Values.image.registry .app (default .root.Chart.AppVersion .root.Values.image.tag) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- end -}}

{{- define "shardlight.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
ports:
  - name: http
    containerPort: {{ .port }}
envFrom:
  - configMapRef: { name: {{ include "shardlight.fullname" .root }}-{{ .component }} }
{{- /* Until it has started, nothing is asked but whether it has; then only a loop that stands still is a reason to kill it. */}}
startupProbe:
  httpGet: { path: /livez, port: http }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /livez, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /readyz, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
resources:
  {{- toYaml .resources | nindent 2 }}
{{- end -}}

{{/* Helm reads every number as a float, and writes a large one as 1e+06, which no program takes for a whole number. */}}
{{- define "shardlight.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{/* Variables of a process that are no secrets. */}}
{{- define "shardlight.config" -}}
{{- $own := merge (dict "LOG_LEVEL" .root.Values.logLevel) .variables -}}
{{- range $name, $value := .root.Values.env -}}
{{- if hasKey $own $name }}{{ fail (printf "env.%s: the chart sets it itself, by a value of its own" $name) }}{{ end -}}
{{- end -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "shardlight.metadata" . | nindent 2 }}
data:
  {{- range $name, $value := merge $own .root.Values.env }}
  {{ $name }}: {{ include "shardlight.text" $value | quote }}
  {{- end }}
{{- end -}}
