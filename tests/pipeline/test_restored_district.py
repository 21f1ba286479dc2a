"""A district that is lost and made again from its back-up, built by a run that Dagster itself starts."""

from __future__ import annotations

import shutil
from pathlib import Path

from districts import District, others_can_use, run_district, start_job

from orchestration.prepare import prepare
from orchestration.progress import Progress
from orchestration.settings import settings_for
from orchestration.upkeep.backup import back_up
from orchestration.upkeep.restore import chosen, restore
from tests.bench.crashes import copied


def test_a_restored_district_gives_the_release_that_it_had(district: District, tmp_path: Path) -> None:
    # A copy, because a back-up is made under the lock for which other tests' runs do not wait.
    lost = copied(district.settings.data, tmp_path / "lost")
    back_up(lost, tmp_path / "backups")
    settings = settings_for(tmp_path / "restored")
    restore(chosen(tmp_path / "backups"), settings)
    # The models as parsed are made again like the warehouse; that takes seconds, and other tests do it.
    lost.dbt_target.rename(settings.dbt_target)
    shutil.rmtree(lost.data)
    restored = District(settings, "")
    assert (restored.release_id, restored.marts()) == (district.release_id, district.marts())
    shutil.copytree(district.settings.extracts, settings.extracts)
    settings.extracts.chmod(0o700)
    prepare(settings, Progress())
    job = start_job(settings)
    printed = job.communicate()[0]
    assert job.returncode == 0, printed
    people = "select count(distinct person_key), count(*) from conformed.person_link"
    assert restored.warehouse(people) == district.warehouse(people)
    again = run_district(settings.data)
    assert f"Nothing new: release {district.release_id} stays current." in again.output
    assert restored.marts() == district.marts()
    assert others_can_use(settings) == []
