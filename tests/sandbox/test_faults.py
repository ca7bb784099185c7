import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sandbox.faults import Fate, FaultDice, FaultError, Faults, parse_faults

SHARES = st.floats(0, 1)


def test_what_is_left_out_is_off() -> None:
    assert parse_faults({}) == Faults()
    assert parse_faults({"drop": "0.5", "delay_ms": 20, "seed": 9}) == Faults(
        drop=0.5, delay_ms=20, seed=9
    )
    assert parse_faults(Faults(swap=0.1).to_wire()) == Faults(swap=0.1)


@pytest.mark.parametrize(
    "body", [None, [], {"drop": 1.1}, {"swap": -0.1}, {"delay_ms": -1}, {"seed": 0.5}, {"x": 1}]
)
def test_what_is_no_fault_is_refused(body: object) -> None:
    with pytest.raises(FaultError):
        parse_faults(body)


@given(duplicate=SHARES, drop=SHARES, seed=st.integers(0, 99))
def test_the_same_seed_draws_the_same_and_one_share_moves_no_other(
    duplicate: float, drop: float, seed: int
) -> None:
    both = FaultDice(Faults(duplicate=duplicate, drop=drop, seed=seed))
    one = FaultDice(Faults(duplicate=duplicate, delay_ms=1, seed=seed))
    first = [both.draw() for _ in range(20)]
    both.set(both.faults)
    assert [both.draw() for _ in range(20)] == first
    if duplicate or drop:
        assert [fate.duplicate for fate in first] == [one.draw().duplicate for _ in range(20)]


def test_all_and_nothing() -> None:
    assert FaultDice().draw() == Fate()
    all_of_it = FaultDice(Faults(duplicate=1, swap=1, drop=1, unsigned=1, delay_ms=5))
    assert all_of_it.draw() == Fate(True, True, True, True, 5)
