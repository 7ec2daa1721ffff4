{{/* What the code knows of each service; tests/house/test_chart.py holds it against the registry. */}}
{{- define "tocsin.facts" -}}
ingest: {kind: Deployment}
entities: {kind: Deployment, group: tocsin.entities, topic: tocsin.articles.raw.v1}
weapons: {kind: Deployment, group: tocsin.weapons, topic: tocsin.articles.raw.v1}
casualties: {kind: Deployment, group: tocsin.casualties, topic: tocsin.articles.raw.v1}
assembler: {kind: StatefulSet, group: tocsin.assembler, topic: tocsin.articles.raw.v1}
incidents: {kind: StatefulSet, group: tocsin.incidents, topic: tocsin.articles.assembled.v1, postgres: true}
sink: {kind: StatefulSet, group: tocsin.sink, topic: tocsin.articles.enriched.v1, postgres: true}
lag: {kind: Deployment}
{{- end }}

{{- define "tocsin.labels" -}}
app.kubernetes.io/name: tocsin
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "tocsin.selector" -}}
app.kubernetes.io/name: tocsin
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tocsin.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "tocsin.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "tocsin.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Variables that every process needs: how to reach Kafka, and the further settings. */}}
{{- define "tocsin.env" -}}
- {name: TOCSIN_KAFKA_BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | quote }}}
- {name: TOCSIN_KAFKA_SECURITY_PROTOCOL, value: {{ .Values.kafka.securityProtocol | quote }}}
{{- if .Values.kafka.tls.secret }}
- {name: TOCSIN_KAFKA_SSL_CAFILE, value: /etc/tocsin/kafka/ca.crt}
{{- if .Values.kafka.tls.mutual }}
- {name: TOCSIN_KAFKA_SSL_CERTFILE, value: /etc/tocsin/kafka/tls.crt}
- {name: TOCSIN_KAFKA_SSL_KEYFILE, value: /etc/tocsin/kafka/tls.key}
{{- end }}
{{- end }}
{{- if .Values.kafka.sasl.secret }}
- {name: TOCSIN_KAFKA_SASL_MECHANISM, value: {{ .Values.kafka.sasl.mechanism | quote }}}
- name: TOCSIN_KAFKA_SASL_USERNAME
  valueFrom: {secretKeyRef: {name: {{ .Values.kafka.sasl.secret }}, key: username}}
- name: TOCSIN_KAFKA_SASL_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ .Values.kafka.sasl.secret }}, key: password}}
{{- end }}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- define "tocsin.dsn" -}}
- name: TOCSIN_POSTGRES_DSN
  valueFrom: {secretKeyRef: {name: {{ .Values.postgres.secret }}, key: dsn}}
{{- end }}

{{- define "tocsin.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .Values.kafka.tls.secret }}
- {name: kafka-tls, mountPath: /etc/tocsin/kafka, readOnly: true}
{{- end }}
{{- end }}

{{- define "tocsin.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- if .Values.kafka.tls.secret }}
- name: kafka-tls
  secret: {secretName: {{ .Values.kafka.tls.secret }}, defaultMode: 0440}
{{- end }}
{{- end }}
