"""Levels: each leg's own and what it hears, ten times a second of sandbox time."""

import asyncio
from contextlib import aclosing

import numpy as np
import pytest

from console.audio.frames import level_db
from console.sandbox.clock import VIRTUAL_START_MS, VirtualTimeline
from console.sandbox.media.meters import WAITING_REPORTS, Meters, Report, levels_of
from console.sandbox.media.score import Score
from console.sandbox.media.ticker import Ticker
from tests.sandbox.media.tones import AMPLITUDE, sine, tone

START = VIRTUAL_START_MS
SINE_DB = 20 * np.log10(AMPLITUDE / np.sqrt(2) / 32_768)


async def nothing() -> None:
    return


def three_legs() -> Score:
    """Two that hear each other, the first one speaks; a third one hears nobody."""
    score = Score()
    for leg in ("a", "b", "c"):
        score.open(leg, START)
    score.hearing({"a": frozenset({"b"}), "b": frozenset({"a"}), "c": frozenset()}, START)
    score.place("a", tone(0), START, loop=0)
    return score


def test_a_level_is_of_100_ms_in_decibels_of_full_scale() -> None:
    score = three_legs()
    levels = levels_of(score, START + 1_000)
    assert levels["a"].said_db == pytest.approx(SINE_DB, abs=0.1)
    assert levels["b"].heard_db == pytest.approx(SINE_DB, abs=0.1)
    assert levels["a"].heard_db == levels["b"].said_db == -96.0
    assert levels["c"].to_wire() == {"said_db": -96.0, "heard_db": -96.0}
    assert levels["a"].said_db == round(level_db(score.said("a", START + 900, START + 1_000)), 1)
    assert list(levels_of(score, START + 1_000, ["b"])) == ["b"]


def test_a_line_that_is_closed_has_no_level() -> None:
    score = three_legs()
    score.close("a", START + 500)
    levels = levels_of(score, START + 1_000)
    assert list(levels) == ["b", "c"]
    assert levels["b"].heard_db == -96.0
    assert levels_of(Score(), START) == {}


async def test_reports_come_ten_times_a_second_until_the_end() -> None:
    timeline, score = VirtualTimeline(START + 30), three_legs()
    ticker = Ticker(timeline)
    meters = Meters(ticker, lambda: [score])
    found: list[Report] = []

    async def read() -> None:
        async for report in meters.reports():
            found.append(report)

    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        await asyncio.sleep(0)
        assert len(ticker) == 1
        await timeline.advance(1_000, nothing)
        meters.close()
    assert [report.at_ms - START for report in found] == list(range(100, 1_001, 100))
    assert all(report.levels["a"].said_db == found[0].levels["a"].said_db for report in found[1:])
    assert len(ticker) == 0


async def test_a_reader_who_goes_ends_the_measuring_and_one_who_sleeps_loses_the_oldest() -> None:
    timeline, score = VirtualTimeline(), Score()
    score.open("a", START)
    score.place("a", tone(0), START)
    ticker = Ticker(timeline)
    meters = Meters(ticker, lambda: [score])
    async with aclosing(meters.reports()) as reports:
        first = asyncio.ensure_future(anext(reports))
        await asyncio.sleep(0)
        await timeline.advance((WAITING_REPORTS + 50) * 100, nothing)
        assert (await first).at_ms >= START + 100
        later = await anext(reports)
    assert later.at_ms - START >= 50 * 100
    assert len(ticker) == 0
    assert len(timeline) == 0


def test_levels_of_many_legs_are_cheap_enough_for_ten_a_second() -> None:
    score = Score()
    legs = [f"leg-{number}" for number in range(100)]
    for leg in legs:
        score.open(leg, START)
    for number in range(0, 100, 5):
        group = legs[number : number + 5]
        score.hearing({leg: frozenset(group) - {leg} for leg in group}, START)
    for number, leg in enumerate(legs):
        score.place(leg, tone(number % 8), START, loop=0)
    levels = levels_of(score, START + 1_000)
    assert len(levels) == 100
    assert min(level.heard_db for level in levels.values()) > -40
    sound = score.heard("leg-0", START + 900, START + 1_000)
    assert levels["leg-0"].heard_db == round(level_db(sound), 1)
    assert not np.array_equal(sound, sine(440, 100))
