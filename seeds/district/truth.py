"""The truth about people: who is where at the end of each simulated day."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from seeds.district.world import World


def write_people(world: World, folder: Path) -> int:
    """Write person_<YYYYMMDD>.parquet for each day and give the number of rows written in all.

    address_code and grid_code are null for people who live elsewhere; the dead keep the dwelling of their last days.
    """
    people, places = world.people, world.places
    everybody = np.arange(len(people))
    grid_of = places.grid_code[places.grid]
    fixed = {
        "person": everybody,
        "id": pa.array(people.number.astype("U18").astype(object), pa.string()),
        "name": pa.array(people.names.text(everybody), pa.string()),
        "sex": people.sex,
        "birth": pa.array(people.birth.astype("datetime64[D]")),
    }
    registered = pa.array(grid_of[np.maximum(people.registered, 0)], pa.string(), mask=people.registered < 0)
    for day in range(world.days):
        state = world.state(day)
        away, place = state.home < 0, np.maximum(state.home, 0)
        columns = {
            **fixed,
            "dead": state.dead,
            "here": state.here,
            "floating": people.floating,
            "address_code": pa.array(places.address_code[place], pa.string(), mask=away),
            "grid_code": pa.array(grid_of[place], pa.string(), mask=away),
            "registered_grid": registered,
        }
        pq.write_table(pa.table(columns), folder / f"person_{world.date(day, '%Y%m%d')}.parquet")
    return world.days * len(people)
