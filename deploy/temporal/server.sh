#!/bin/sh
# The image takes the database password from its environment only; this brings it there from the secret.
set -eu

POSTGRES_PWD="$(cat /run/secrets/postgres_password)"
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
