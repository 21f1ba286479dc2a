"""What is wrong, and that each change of it is told once to every channel, whatever fails meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notice_servers import Hook, mail_server, web_hook
from receipts_of import CONTRACTS, REGISTER, VISITS, receipt, trouble, write_receipt, write_troubles

from orchestration.deliveries.files import locked
from orchestration.deliveries.freshness import Freshness
from orchestration.notices.meaning import meaning, themes_by_extract
from orchestration.notices.memory import LOG, Memory
from orchestration.notices.notify import LOCK, Outcome, notify
from orchestration.notices.problems import Problem, in_trouble, refused
from orchestration.settings import Settings, settings_for

NOW = datetime(2026, 9, 10, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with web_hook() as found:
        yield found


@pytest.fixture
def district(tmp_path: Path) -> Settings:
    """The register of 1 September and visits up to the 2nd; the day is the 3rd."""
    write_receipt(tmp_path, receipt(REGISTER, date(2026, 9, 1), "2026-09-01T00:00:00+00:00"))
    write_receipt(tmp_path, receipt(VISITS, date(2026, 9, 2), "2026-09-02T00:00:00+00:00"))
    return settings_for(tmp_path, day="2026-09-03")


def tell(district: Settings, hook: Hook, at: datetime, outcome: Outcome | None = None) -> list[str]:
    return notify(district, outcome, {"WANGGE_NOTICE_WEBHOOK": hook.address}, at)


def test_an_outage_is_told_when_it_begins_and_when_it_is_over_and_not_with_every_try(
    district: Settings, hook: Hook
) -> None:
    assert tell(district, hook, NOW) == []
    assert hook.received == []
    for tries, kind in enumerate(("unreachable", "timeout", "interrupted", "server_error"), 1):
        write_troubles(district.data, [trouble(REGISTER, NOW, NOW + HOUR, kind, tries)])
        assert tell(district, hook, NOW + tries * HOUR) == []
    write_troubles(district.data, [])
    for _ in range(2):
        assert tell(district, hook, NOW + 5 * HOUR) == []
    began, over = (content["message"] for content in hook.received)
    assert "1 new" in began
    assert f"{REGISTER} 户籍人口登记, 公安机关" in began
    assert "Since 2026-09-10 09:00: nothing answers there (连不上)" in began
    assert "figures go on with household register (户籍人口登记) of 2026-09-01, 2 days old" in began
    assert "What to do: Ask the department whether its system is up." in began
    assert "OVER" in over
    assert "From 2026-09-10 09:00 to 2026-09-10 14:00" in over
    assert "Nothing else is wrong." in over


def test_another_kind_of_fault_is_news_and_what_goes_on_is_told_with_it(district: Settings, hook: Hook) -> None:
    write_troubles(district.data, [trouble(REGISTER, NOW, NOW + HOUR), trouble(VISITS, NOW, NOW + HOUR)])
    tell(district, hook, NOW)
    write_troubles(
        district.data, [trouble(REGISTER, NOW, NOW + HOUR), trouble(VISITS, NOW, NOW + HOUR, "refused_login")]
    )
    tell(district, hook, NOW + 3 * HOUR)
    content = hook.received[1]
    assert [each["kind"] for each in content["new"]] == ["refused_login"]
    assert [each["extract"] for each in content["continuing"]] == [REGISTER]
    assert [each["kind"] for each in content["over"]] == ["unreachable"]
    assert "Since 2026-09-10 09:00, for 3 hours" in content["message"]


def test_what_one_system_lacks_is_told_once_with_what_it_means_for_each(district: Settings, hook: Hook) -> None:
    write_troubles(district.data, [trouble(REGISTER, NOW, NOW + HOUR), trouble(VISITS, NOW, NOW + HOUR)])
    tell(district, hook, NOW)
    told = hook.received[0]["message"]
    assert "2 new" in told
    assert told.count("nothing answers there") == told.count("What to do:") == 1
    assert "household register (户籍人口登记) of 2026-09-01" in told
    assert "household visits (入户走访) up to 2026-09-02" in told


def test_a_web_hook_that_is_down_loses_nothing(district: Settings, hook: Hook) -> None:
    hook.status = 503
    write_troubles(district.data, [trouble("grid_office.incidents", NOW, NOW + HOUR)])
    tell(district, hook, NOW)
    write_troubles(district.data, [trouble(VISITS, NOW, NOW + HOUR)])
    (untold,) = tell(district, hook, NOW)
    assert "told at the next occasion" in untold and "503" in untold
    hook.status = 200
    assert tell(district, hook, NOW + HOUR) == []
    hook.status = 503
    write_troubles(district.data, [])
    tell(district, hook, NOW + 2 * HOUR)
    write_troubles(district.data, [trouble(REGISTER, NOW + 3 * HOUR, NOW + 4 * HOUR)])
    tell(district, hook, NOW + 3 * HOUR)
    write_troubles(district.data, [])
    tell(district, hook, NOW + 4 * HOUR)
    hook.status = 200
    tell(district, hook, NOW + 5 * HOUR)
    first, second = hook.received
    assert [each["extract"] for each in first["new"]] == [VISITS]
    assert [each["extract"] for each in first["over"]] == ["grid_office.incidents"]
    # The register was away and came back while nobody could be told: it is told all the same.
    assert sorted(each["extract"] for each in second["over"]) == [VISITS, REGISTER]
    assert second["new"] == []


def test_each_channel_is_told_by_itself(district: Settings, hook: Hook) -> None:
    hook.status = 503
    write_troubles(district.data, [trouble(VISITS, NOW, NOW + HOUR)])
    with mail_server() as box:
        both = {
            "WANGGE_NOTICE_WEBHOOK": hook.address,
            "WANGGE_NOTICE_SMTP_HOST": "127.0.0.1",
            "WANGGE_NOTICE_SMTP_PORT": str(box.port),
            "WANGGE_NOTICE_SMTP_SECURITY": "none",
            "WANGGE_NOTICE_SMTP_FROM": "warehouse@example.org",
            "WANGGE_NOTICE_SMTP_TO": "somebody@example.org",
        }
        notify(district, None, both, NOW)
        hook.status = 200
        notify(district, None, both, NOW + HOUR)
        assert (len(box.received), len(hook.received)) == (1, 1)


def test_a_late_source_is_told_with_the_day_by_which_it_was_to_come(district: Settings, hook: Hook) -> None:
    tell(replace(district, day="2026-09-10"), hook, NOW)
    assert hook.received == []
    tell(replace(district, day="2026-09-11"), hook, NOW)
    (content,) = hook.received
    assert [(each["kind"], each["extract"]) for each in content["new"]] == [("late", REGISTER)]
    assert "a delivery was to come by 2026-09-10; the last one is of 2026-09-01" in content["message"]
    assert "Ask 公安机关 for it" in content["message"]


def test_a_failed_run_is_over_with_the_next_that_ends_well_and_not_before(district: Settings, hook: Hook) -> None:
    failed = Outcome(NOW, "models: test of 11010519491231002X failed")
    tell(district, hook, NOW, failed)
    tell(district, hook, NOW + HOUR, None)
    tell(district, hook, NOW + HOUR, Outcome(NOW - HOUR))
    tell(district, hook, NOW + HOUR, replace(failed, at=NOW + HOUR))
    assert len(hook.received) == 1
    assert "110105********" in hook.received[0]["message"]
    assert "Nothing has been published yet." in hook.received[0]["message"]
    tell(district, hook, NOW + 2 * HOUR, Outcome(NOW + 2 * HOUR))
    assert [each["kind"] for each in hook.received[1]["over"]] == ["run"]


def test_what_is_no_delivery_is_told_masked(district: Settings, hook: Hook) -> None:
    place = "community/household_visits/11010519491231002X.jsonl"
    entry = {"place": place, "refusal": "wrong_name", "reason": "the name is wrong", "remedy": "Give it its name."}
    (district.deliveries / "strays.json").write_text(json.dumps([entry]))
    tell(district, hook, NOW)
    tell(district, hook, NOW + HOUR)
    (content,) = hook.received
    assert "11010519491231002X" not in json.dumps(content)
    assert "Give it its name." in content["message"]


def test_a_refusal_stands_until_the_day_or_a_later_full_delivery_is_accepted() -> None:
    def told(*receipts: tuple[str, int, int, str]) -> list[tuple[str, str]]:
        made = [
            receipt(
                id_,
                date(2026, 9, day),
                f"2026-09-{came:02d}T00:00:00+00:00",
                status,
                "truncated" * (status != "accepted"),
            )
            for id_, day, came, status in receipts
        ]
        return [(each.extract, each.key.split(":")[2]) for each in refused(CONTRACTS, made)]

    for extract in (REGISTER, VISITS):
        bad = (extract, 8, 8, "refused")
        assert told(bad) == [(extract, "2026-09-08")]
        assert told(bad, (extract, 8, 9, "accepted")) == []
        assert told((extract, 8, 7, "accepted"), bad) == [(extract, "2026-09-08")]
        assert told((extract, 1, 9, "accepted"), bad) == [(extract, "2026-09-08")]
    assert told((REGISTER, 8, 8, "refused"), (REGISTER, 15, 15, "accepted")) == []
    assert told((VISITS, 8, 8, "refused"), (VISITS, 9, 9, "accepted")) == [(VISITS, "2026-09-08")]
    assert told((VISITS, 8, 8, "withdrawn")) == []


def test_a_file_that_is_still_written_is_news_only_after_an_hour() -> None:
    still = trouble(VISITS, NOW, NOW, "incomplete")
    assert in_trouble([still], NOW + timedelta(minutes=59)) == []
    assert len(in_trouble([still], NOW + HOUR)) == 1


def test_nothing_is_kept_where_nobody_is_to_be_told(district: Settings) -> None:
    write_troubles(district.data, [trouble(VISITS, NOW, NOW + HOUR)])
    assert notify(district, None, {}, NOW) == []
    assert not (district.data / LOG).exists()


def test_a_notice_never_raises(district: Settings, hook: Hook) -> None:
    (untold,) = notify(district, None, {"WANGGE_NOTICE_SMTP_HOST": "mail"}, NOW)
    assert "WANGGE_NOTICE_SMTP_FROM is not" in untold
    (district.data / "state").mkdir(exist_ok=True)
    (district.data / LOG).write_text("no line of a log\n")
    (untold,) = tell(district, hook, NOW)
    assert "line 1" in untold
    (district.data / LOG).unlink()
    write_troubles(district.data, [trouble(VISITS, NOW, NOW + HOUR)])
    with locked(district.state / LOCK):
        assert tell(district, hook, NOW) == []
    assert hook.received == []
    tell(district, hook, NOW)
    assert len(hook.received) == 1


STEPS = st.lists(st.tuples(st.sets(st.sampled_from("abcd")), st.booleans(), st.booleans()), max_size=8)


@given(STEPS)
@settings(max_examples=30, deadline=None)
def test_whatever_channel_is_down_when_each_change_is_told_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[set[str], bool, bool]]
) -> None:
    """What a channel was told, replayed, is what is wrong; what began is told as new, or as over where it passed."""
    data = tmp_path_factory.mktemp("memory")
    believed: dict[str, set[str]] = {"one": set(), "two": set()}
    unheard: dict[str, set[str]] = {"one": set(), "two": set()}
    for number, (wrong, *reachable) in enumerate(steps):
        now = NOW + number * HOUR
        memory = Memory(data)
        for channel in believed:
            memory.meet(channel, now)
        before = set(memory.open_problems())
        memory.note([Problem(key, "trouble", key, now.isoformat(), key, "do") for key in wrong], now)
        for channel, up in zip(believed, reachable, strict=True):
            unheard[channel] |= wrong ^ before
            news = memory.news(channel)
            assert bool(news) == bool(unheard[channel])
            if not up or not news:
                continue
            memory.told(channel, now)
            began, over = {each.key for each in news.began}, {each.problem.key for each in news.over}
            assert began | over == unheard[channel]
            assert {each.key for each in news.continuing} == wrong - began
            believed[channel] = (believed[channel] - over) | began
            unheard[channel] = set()
            assert believed[channel] == wrong
            assert not Memory(data).news(channel)


def test_a_new_channel_is_told_what_is_wrong_and_not_what_has_passed(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    passed, stands = (Problem(key, "trouble", key, NOW.isoformat(), key, "do") for key in "ab")
    memory.note([passed, stands], NOW)
    memory.note([stands], NOW + HOUR)
    memory.meet("new", NOW + 2 * HOUR)
    assert memory.news("new").began == [stands]
    assert memory.news("new").over == []
    memory.note([], NOW + 3 * HOUR)
    assert [each.problem for each in memory.news("new").over] == [stands]


def test_what_it_means_is_read_from_the_contracts_where_nothing_was_parsed(tmp_path: Path) -> None:
    themes, everything = themes_by_extract(tmp_path / "manifest.json", CONTRACTS)
    assert themes["housing.housing_units"] == ["housing"]
    assert themes["market_regulation.enterprises"] == ["organisations"]
    day = date(2026, 9, 3)
    age = Freshness(CONTRACTS["housing.housing_units"], day, date(2026, 9, 2))
    assert meaning(age, ["housing"], everything) == (
        "Housing figures go on with housing units (房屋登记) of 2026-09-02, 1 day old."
    )
    assert meaning(replace(age, last_delivery=None), sorted(everything), everything).startswith("All figures are told")
    assert meaning(age, [], everything) == ""
