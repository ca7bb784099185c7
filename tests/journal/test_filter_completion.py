import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.journal.filter import LEG_KEYS
from console.journal.filter_completion import completions

SAVED = {"bad": "status:busy", "big": "price>1"}


def offered(typed: str) -> list[str]:
    return [one.text for one in completions(typed, len(typed), LEG_KEYS, SAVED)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mut", ["muted:"]),
        ("x !ear", ["earmuffed:"]),
        ("(pri", ["price<", "price>"]),
        ("direction:", ["inbound", "outbound"]),
        ("a -direction:in", ["inbound"]),
        ("status:busy,ans", ["answered"]),
        ("from:44", []),
        ("@b", ["@bad ", "@big "]),
        ('"mut', []),
        ("zzz", []),
    ],
)
def test_what_may_come_next(typed: str, expected: list[str]) -> None:
    assert offered(typed) == expected


def test_a_completion_takes_the_place_of_what_was_begun() -> None:
    typed = "live:yes status:busy,ans dur>3"
    cursor = typed.index(" dur")
    (one,) = completions(typed, cursor, LEG_KEYS)
    assert one.put(typed, cursor) == "live:yes status:busy,answered dur>3"


@given(st.text(max_size=30), st.integers(0, 30))
def test_any_text_has_completions_or_none(typed: str, cursor: int) -> None:
    at = min(cursor, len(typed))
    assert all(one.at <= at for one in completions(typed, at, LEG_KEYS, SAVED))
