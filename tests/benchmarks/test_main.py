"""What `make bench` runs."""

import importlib
from collections.abc import Callable
from typing import get_type_hints

import pytest

from benchmarks.__main__ import names
from benchmarks.table import Table


@pytest.mark.parametrize("name", names())
def test_every_benchmark_has_what_is_run(name: str) -> None:
    run: Callable[[], object] = importlib.import_module(f"benchmarks.{name}").run
    assert str(get_type_hints(run)["return"]) in (
        str(Table),
        f"collections.abc.Sequence[{Table.__module__}.Table]",
    )


def test_a_table_is_aligned() -> None:
    table = Table("Title", ("what", "figure"), [("one", 1234), ("another", 0.125)], ("A note.",))
    assert table.text() == (
        "Title\n\nwhat     figure\n-------  ------\none       1,234\nanother   0.125\n  A note."
    )
