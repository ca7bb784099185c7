"""Any JSON is an NCCO or an `NccoError` with defects; what is read survives being written."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.voice.ncco import Ncco, NccoError, decode_ncco, parse_ncco, to_wire
from tests.voice.strategies import NCCO_FIELDS, NCCO_WORDS, json_values, objects
from tests.voice.test_ncco import GOOD

ACTIONS = "talk stream connect conversation input record notify wait transfer"
actions = st.builds(
    lambda name, options: {**options, "action": name},
    st.sampled_from(ACTIONS.split()),
    objects(NCCO_FIELDS, NCCO_WORDS),
)


def check(read: Any, value: Any) -> None:
    try:
        ncco: Ncco = read(value)
    except NccoError as error:
        failed = error.defects
    else:
        failed = ()
        assert parse_ncco(to_wire(ncco)) == ncco
    assert all(defect.reason for defect in failed)


@given(json_values)
def test_any_json(value: Any) -> None:
    check(parse_ncco, value)


@given(st.lists(actions, max_size=3))
@settings(max_examples=300)
def test_actions_with_any_options(value: Any) -> None:
    check(parse_ncco, value)


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    check(decode_ncco, raw)


@given(
    st.sampled_from([value for value, _ in GOOD]),
    st.sampled_from(NCCO_FIELDS),
    json_values | st.sampled_from(NCCO_WORDS),
)
@settings(max_examples=300)
def test_one_field_of_a_valid_action_changed(value: dict[str, Any], field: str, new: Any) -> None:
    check(parse_ncco, [{**value, field: new}])
