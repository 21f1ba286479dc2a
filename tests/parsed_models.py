"""dbt's models as another folder's dbt parsed them, for tests that build in a folder of their own.

dbt parses the whole project again where the path of the warehouse is another, because models could ask for that path:
five seconds of processor time in each folder. None of this project's models does. What dbt finds changed besides, it
parses anew, and all of it where it can use nothing of what is put there.
"""

from __future__ import annotations

import pprint
from pathlib import Path

import msgpack
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.artifacts.resources import FileHash

from orchestration.settings import DBT_PROJECT, Settings

PARSED = "partial_parse.msgpack"


def profile_hash(data: Path) -> str:
    """dbt's own hash of the profile for a warehouse below `data`."""
    text = (DBT_PROJECT / "profiles.yml").read_text("utf-8")
    output = yaml.safe_load(text.replace("{{ env_var('WANGGE_DATA', '../data') }}", str(data)))["wangge"]["outputs"]
    credentials = {name: value for name, value in output["duckdb"].items() if name not in ("type", "threads")}
    connection = DuckDBCredentials.from_dict(DuckDBCredentials.__pre_deserialize__(credentials)).connection_info()
    return FileHash.from_contents(pprint.pformat(sorted(connection))).checksum


def take_parsed(settings: Settings) -> None:
    """Lets dbt take what it parsed before: in the folder from which this one was copied, else for `make test`."""
    own, before = settings.dbt_target / PARSED, DBT_PROJECT / "target" / PARSED
    if own.exists() or before.exists():
        parsed = (own if own.exists() else before).read_bytes()
        checksum = msgpack.unpackb(parsed)["state_check"]["profile_hash"]["checksum"]
        settings.dbt_target.mkdir(parents=True, exist_ok=True)
        own.write_bytes(parsed.replace(checksum.encode(), profile_hash(settings.data).encode()))
