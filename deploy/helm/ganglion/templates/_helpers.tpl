{{- define "ganglion.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "ganglion.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "ganglion.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "ganglion.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ganglion.selector" -}}
app.kubernetes.io/name: {{ include "ganglion.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ganglion.labels" -}}
{{ include "ganglion.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "ganglion.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ganglion.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "ganglion.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- if hasPrefix "sha256:" $tag -}}
{{ printf "%s@%s" .Values.image.repository $tag }}
{{- else -}}
{{ printf "%s:%s" .Values.image.repository $tag }}
{{- end -}}
{{- end -}}

{{- /* Where the model comes from: fails unless exactly one way is chosen. */ -}}
{{- define "ganglion.modelKind" -}}
{{- $kinds := list -}}
{{- with .Values.model -}}
{{- if .existingClaim }}{{ $kinds = append $kinds "existingClaim" }}{{ end -}}
{{- if .claim.create }}{{ $kinds = append $kinds "claim" }}{{ end -}}
{{- if .image.reference }}{{ $kinds = append $kinds "image" }}{{ end -}}
{{- if .init.image }}{{ $kinds = append $kinds "init" }}{{ end -}}
{{- end -}}
{{- if ne (len $kinds) 1 -}}
{{- fail (printf "Say where the model comes from: exactly one of model.existingClaim, model.claim.create, model.image.reference and model.init.image must be set; set are: %s." (default "none" (join ", " $kinds))) -}}
{{- end -}}
{{- first $kinds -}}
{{- end -}}

{{- /* The server's settings: those of the user, and those that the other manifests depend on. */ -}}
{{- define "ganglion.config" -}}
{{- $own := dict
      "dir" (printf "/models/%s" (trimPrefix "/" .Values.model.path) | trimSuffix "/")
      "host" "0.0.0.0"
      "port" (int .Values.ports.grpc)
      "metrics-port" (int .Values.ports.metrics)
      "drain-delay" (printf "%ds" (int .Values.drain.delaySeconds))
      "drain-timeout" (printf "%ds" (int .Values.drain.timeoutSeconds))
      "max-connection-age" (printf "%ds" (int .Values.maxConnectionAgeSeconds))
      "log-format" "json" -}}
{{- if .Values.neuron.devices -}}
{{- $_ := set $own "backend" "nrt" -}}
{{- else -}}
{{- $_ := set $own "parallel" (int .Values.cores) -}}
{{- end -}}
{{- if .Values.tls.secretName -}}
{{- $_ := set $own "tls-cert" "/etc/ganglion/tls/tls.crt" -}}
{{- $_ := set $own "tls-key" "/etc/ganglion/tls/tls.key" -}}
{{- if .Values.tls.clientCa -}}
{{- $_ := set $own "tls-client-ca" "/etc/ganglion/tls/ca.crt" -}}
{{- end -}}
{{- end -}}
{{- if .Values.auth.secretName -}}
{{- $_ := set $own "auth-token-file" (printf "/etc/ganglion/auth/%s" .Values.auth.key) -}}
{{- end -}}
{{- range $key, $_ := .Values.config -}}
{{- if hasKey $own $key -}}
{{- fail (printf "config.%s is set by the chart itself; use the value that it comes from." $key) -}}
{{- end -}}
{{- end -}}
{{- merge $own .Values.config | toYaml -}}
{{- end -}}

{{- define "ganglion.nodeLabel" -}}
{{- $labels := dict "amx" "AMXBF16" "avx512-bf16" "AVX512BF16" "avx512-vnni" "AVX512VNNI" -}}
feature.node.kubernetes.io/cpu-cpuid.{{ get $labels .Values.cpuFeature.name }}
{{- end -}}

{{- define "ganglion.predictedWaitMillis" -}}
{{- $wait := .Values.autoscaling.predictedWait -}}
{{- if hasSuffix "ms" $wait -}}{{ trimSuffix "ms" $wait }}{{- else -}}{{ mul (trimSuffix "s" $wait | int) 1000 }}{{- end -}}
{{- end -}}
