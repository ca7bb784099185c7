"""The page of scenarios has every step and expectation, and its examples work."""

import re
from dataclasses import fields
from pathlib import Path

import msgspec
import pytest

from console.sandbox.answers import KNOWN as ANSWER_FIELDS
from console.sandbox.expectations import CALL_KINDS, WEBHOOK_KINDS
from console.sandbox.rehearsal import RunSettings, check, rehearse
from console.sandbox.scenario import FILE_FIELDS, parse_scenario
from console.sandbox.step_values import Wanted
from console.sandbox.steps import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


ROWS = [
    (name, kind.example, kind.says)
    for table in (KINDS, CALL_KINDS, WEBHOOK_KINDS)
    for name, kind in table.items()
]


@pytest.mark.parametrize(("name", "example", "says"), ROWS)
def test_each_step_and_expectation_has_its_row(name: str, example: str, says: str) -> None:
    assert f"| `{name}` | `{example}` | {says} |" in PAGE


def test_every_entry_of_a_file_is_named() -> None:
    for name in (*FILE_FIELDS, *ANSWER_FIELDS):
        assert f"`{name}`" in PAGE or f"`[[{name}]]`" in PAGE, name
    for one in fields(Wanted):
        assert f"`{one.name.removesuffix('s').removesuffix('_m')}`" in PAGE


def test_the_examples_are_scenarios() -> None:
    assert len(EXAMPLES) >= 2
    for text in EXAMPLES:
        parse_scenario(text)


async def test_the_first_example_goes_well() -> None:
    settings = RunSettings(scenario=parse_scenario(EXAMPLES[0], "menu"), voice="tones")
    check(settings)
    verdict = await rehearse(settings)
    assert [row for row in verdict.rows if not row.ok] == []
    assert msgspec.to_builtins(verdict.rows)
