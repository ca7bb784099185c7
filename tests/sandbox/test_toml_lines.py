import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from console.sandbox.scenario import shipped_scenarios
from console.sandbox.toml_lines import Path, lines_of

TEXT = '''# a comment with [[brackets]] and "quotes"
title = "x # no comment"
numbers = [ # one
  "1", # two ]
  "2",
]

[[caller]]
name = 'A "quoted" # name'
steps = [{ wait = 1 }, { say = "[{" },
  { listen = { phrase = ["a",
    "b"] } },
]

[caller.endpoint]
type = "sip"
headers = { "X Y" = "z", "k" = """two
lines \\""" and "more"""" }

[[caller]]
a.b.c = 1
text = \'\'\'
x\'\'\'\'
after = 2
[[dial]]
at = [0, 2]
'''


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("numbers", 0), 4),
        (("numbers", 1), 5),
        (("caller", 0), 8),
        (("caller", 0, "name"), 9),
        (("caller", 0, "steps", 1, "say"), 10),
        (("caller", 0, "steps", 2, "listen"), 11),
        (("caller", 0, "steps", 2, "listen", "phrase", 1), 12),
        (("caller", 0, "endpoint", "headers", "X Y"), 17),
        (("caller", 0, "endpoint", "headers", "k"), 17),
        (("caller", 1), 20),
        (("caller", 1, "a", "b", "c"), 21),
        (("caller", 1, "after"), 24),
        (("dial", 0, "at", 1), 26),
        (("caller", 1, "steps", 7), 20),
        (("nowhere",), 1),
    ],
)
def test_each_value_has_its_line(path: Path, line: int) -> None:
    assert lines_of(TEXT).of(path) == line
    assert lines_of(TEXT.replace("\n", "\r\n")).of(path) == line


def test_every_value_of_every_scenario_that_is_shipped_has_a_line_of_its_own() -> None:
    from importlib import resources

    folder = resources.files("console.sandbox.scenarios")
    texts = [folder.joinpath(f"{name}.toml").read_text() for name in shipped_scenarios()]
    for text in [*texts, TEXT]:
        found = lines_of(text).found
        assert set(paths(tomllib.loads(text))) - {()} <= set(found)
        assert all(1 <= line <= text.count("\n") + 1 for line in found.values())
