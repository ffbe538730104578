{{- /* Ready: every core has reproduced the golden outputs, and no stop was asked for. */ -}}
{{- define "ganglion.readiness" -}}
{{- if .Values.tls.secretName -}}
httpGet:
  path: /readyz
  port: metrics
{{- else -}}
grpc:
  port: {{ .Values.ports.grpc }}
{{- end -}}
{{- end -}}

{{- define "ganglion.resources" -}}
cpu: {{ .Values.cores | quote }}
memory: {{ .Values.memory }}
{{- with .Values.neuron.devices }}
aws.amazon.com/neuron: {{ . | quote }}
{{- end -}}
{{- end -}}

{{- /* The user's affinity wins; otherwise the processors that the model wants. */ -}}
{{- define "ganglion.affinity" -}}
{{- if .Values.affinity -}}
affinity: {{- toYaml .Values.affinity | nindent 2 }}
{{- else if .Values.cpuFeature.name -}}
affinity:
  nodeAffinity:
    {{- if .Values.cpuFeature.required }}
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
        - matchExpressions:
            - key: {{ include "ganglion.nodeLabel" . }}
              operator: In
              values: ["true"]
    {{- else }}
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        preference:
          matchExpressions:
            - key: {{ include "ganglion.nodeLabel" . }}
              operator: In
              values: ["true"]
    {{- end }}
{{- end -}}
{{- end -}}
