#!/bin/sh
# Creates the namespace and the search attributes that Patchbay sets on its runs, where they are not there yet.
set -eu

# A new server, and a new namespace on it, answer only after some seconds.
patiently() {
  attempt=1
  until "$@"; do
    [ "$attempt" -lt 30 ] || { echo "gave up: $*" >&2; exit 1; }
    attempt=$((attempt + 1))
    sleep 2
  done
}

ensure_namespace() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 720h
}

ensure_search_attribute() {
  known="$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE")" || return 1
  if echo "$known" | grep -qw "$1"; then return 0; fi
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type Keyword
}

patiently temporal operator cluster health
patiently ensure_namespace
for name in PatchbayConnection PatchbayNumber PatchbayStage PatchbayOutcome; do
  patiently ensure_search_attribute "$name"
done
