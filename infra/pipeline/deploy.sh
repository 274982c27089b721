#!/usr/bin/env bash
# Brings the version that was just published into the cluster. KUBECONFIG_CONTENT and HELM_VALUES are a kubeconfig
# and what the chart is to be given; KUBERNETES_NAMESPACE and HELM_RELEASE say where, and under which name.
set -euo pipefail
umask 077

directory=$(mktemp --directory)
trap 'rm -rf "$directory"' EXIT
printf '%s' "$KUBECONFIG_CONTENT" >"$directory/kubeconfig"
printf '%s' "${HELM_VALUES:-}" >"$directory/values.yaml"

chart=("${HELM_RELEASE:-bot}" infra/kubernetes/shardlight
  --namespace "$KUBERNETES_NAMESPACE" --values "$directory/values.yaml"
  --set-string "image.registry=${REGISTRY,,}" --set-string "image.tag=${GITHUB_REF_NAME#v}")

managers=$(helm template "${chart[@]}" --show-only templates/manager/stateful-set.yaml | sed --quiet 's/^  replicas: //p')
[[ $managers =~ ^[0-9]+$ ]] || { echo "the chart does not say how many managers there are" >&2; exit 1; }

# One manager is replaced after another: each drains, its volume moves, and it resumes its shards. A release that does
# not become ready within the time goes back to the one before, which may take as long: release.yml has twice the time.
KUBECONFIG="$directory/kubeconfig" helm upgrade "${chart[@]}" --install \
  --atomic --wait --timeout "$((10 + 2 * managers))m"
