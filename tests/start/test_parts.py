"""A part without the rest: when it may start again, and what of its log a person sees."""

import subprocess
import time

import pytest

import part as parts

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def part(tmp_path):
    return parts.Part("worker", ["true"], {}, tmp_path, tmp_path / "worker.log")


def die(part, age: float) -> str:
    part.process = subprocess.Popen(["true"])
    part.process.wait()
    part.started_at = time.monotonic() - age
    return part.died()


def test_an_old_part_starts_again_at_once(part):
    assert "starts again now" in die(part, age=60)
    assert part.start_at <= time.monotonic()


def test_one_that_dies_young_waits_longer_each_time_and_never_for_ever(part):
    said = [die(part, age=0.1) for _ in range(8)]

    waits = [
        line.split("again in ")[1].split(" s;")[0] for line in (s.replace(".", ";") for s in said)
    ]
    assert waits == ["1", "2", "4", "8", "16", "30", "30", "30"]
    assert "starts again now" in die(part, age=60)


def shown(part, *lines: str) -> list[str]:
    return [line for line in lines if part.is_worth_showing(line)]


def test_warnings_are_shown_with_what_belongs_to_them(part):
    assert shown(
        part,
        "2026-11-21 09:00:00 INFO pump succeeded",
        "2026-11-21 09:00:01 ERROR pump raised",
        "Traceback (most recent call last):",
        "  File x",
        "ValueError: no",
        "2026-11-21 09:00:02 INFO pump succeeded",
        "worker: Warm shutdown",
    ) == [
        "2026-11-21 09:00:01 ERROR pump raised",
        "Traceback (most recent call last):",
        "  File x",
        "ValueError: no",
    ]


def test_the_same_complaint_is_shown_once_a_minute(part):
    first = "09:00:01,123 ERROR task 0190f2c4-aaaa-bbbb raised"
    again = "09:00:02,456 ERROR task 0190f2c5-cccc-dddd raised"

    assert shown(part, first, again, "09:00:03 ERROR another") == [first, "09:00:03 ERROR another"]


def test_news_are_whole_lines_and_each_comes_once(part):
    part.log.write_text("one\ntwo\nthr")
    assert part.news() == ["one", "two"]
    with part.log.open("a") as log:
        log.write("ee\n")
    assert part.news() == ["three"]
    assert part.news() == []


def test_a_log_that_grew_large_is_cut_while_it_is_written_to(part, monkeypatch):
    monkeypatch.setattr(parts, "ROTATED_AT", 10)
    with part.log.open("ab", buffering=0) as writer:
        writer.write(b"the first line\n")
        assert part.news() == ["the first line"]
        part.shorten()
        writer.write(b"after\n")

    assert part.news() == ["after"]
    assert part.log.read_text() == "after\n"
    assert part.log.with_suffix(".log.1").read_text() == "the first line\n"
