#!/usr/bin/env bash
# Brings the whole system up with images that are in the registry already, with the sandbox in place of Discord, and
# asks the page. DIGESTS is {"bot": "sha256:…", …}; REGISTRY comes from the workflow.
set -euo pipefail

while read -r app digest; do
  docker pull --quiet "${REGISTRY,,}/shardlight-$app@$digest"
  # The name that docker-compose.yaml knows it by.
  docker tag "${REGISTRY,,}/shardlight-$app@$digest" "shardlight/$app"
done < <(jq --exit-status --raw-output 'to_entries[] | "\(.key) \(.value)"' <<<"$DIGESTS")

trap 'docker compose logs --tail 100; docker compose down --volumes' EXIT
docker compose build secrets
docker compose up --wait --wait-timeout 300 --no-build sandbox status manager ingester
curl --fail --silent --show-error http://127.0.0.1:3000/readyz
curl --fail --silent --show-error --retry 30 --retry-all-errors --retry-delay 2 http://127.0.0.1:3000/api/v2/clusters/main >/dev/null
