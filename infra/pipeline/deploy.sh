#!/usr/bin/env bash
# Brings the version that was just published into the cluster. KUBECONFIG_CONTENT and HELM_VALUES are a kubeconfig
# and what the chart is to be given; KUBERNETES_NAMESPACE says where.
set -euo pipefail
umask 077

directory=$(mktemp --directory)
trap 'rm -rf "$directory"' EXIT
printf '%s' "$KUBECONFIG_CONTENT" >"$directory/kubeconfig"
printf '%s' "${HELM_VALUES:-}" >"$directory/values.yaml"

# A release that does not become ready within the time goes back to the one before.
KUBECONFIG="$directory/kubeconfig" helm upgrade shardlight infra/kubernetes/shardlight --install \
  --namespace "$KUBERNETES_NAMESPACE" --values "$directory/values.yaml" \
  --set-string "image.registry=${REGISTRY,,}" --set-string "image.tag=${GITHUB_REF_NAME#v}" \
  --atomic --wait --timeout 20m
