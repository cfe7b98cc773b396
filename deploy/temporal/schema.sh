#!/bin/sh
# Creates Temporal's two databases or brings them up to this server version. Does nothing where they are current.
set -eu

SQL_PASSWORD="$(cat /run/secrets/postgres_password)"
export SQL_PASSWORD

for each in temporal:temporal temporal_visibility:visibility; do
  database="${each%%:*}"
  schema="${each##*:}"
  temporal-sql-tool --db "$database" create
  temporal-sql-tool --db "$database" setup-schema -v 0.0
  temporal-sql-tool --db "$database" update-schema --schema-name "postgresql/v12/$schema"
done
