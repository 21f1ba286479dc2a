"""Everything that runs around the models: contracts, deliveries, Dagster's definitions, releases, exchange, forms."""

import os

# DuckDB gives memory back to the system after every statement and asks for it anew at the next: a tenth of a build's
# processor time. With this it keeps what it freed for half a minute. Read once, when DuckDB is loaded.
os.environ.setdefault("DUCKDB_JE_MALLOC_CONF", "dirty_decay_ms:30000,muzzy_decay_ms:30000,oversize_threshold:0")
