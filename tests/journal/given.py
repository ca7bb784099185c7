"""Records for the tests of the journal."""

from typing import Any

from hypothesis import strategies as st

from console.journal.record import Kind, NewRecord, Record, Verdict


def event(number: int = 0, **changes: Any) -> NewRecord:
    values: dict[str, Any] = {
        "kind": Kind.EVENT,
        "at": 1_740_819_600_000_000_000 + number,
        "mono": number,
        "exchange": f"x{number}",
        "leg": f"leg-{number % 7}",
        "conversation": f"CON-{number % 3}",
        "status": "ringing",
        "verdict": Verdict.SIGNED,
        "raw": b'{"status":"ringing","n":%d}' % number,
        "meta": {"method": "POST", "path": "/webhooks/event", "n": number},
    }
    return NewRecord(**{**values, **changes})


def without_place(record: Record) -> dict[str, Any]:
    """What a record says, without where it stands."""
    said = {name: getattr(record, name) for name in NewRecord.__struct_fields__}
    return {**said, "meta": dict(record.meta)}


texts = st.text(st.characters(codec="utf-8"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
new_records = st.builds(
    NewRecord,
    kind=st.sampled_from(Kind),
    at=st.integers(0, 4_000_000_000_000_000_000),
    mono=st.integers(0, 2**62),
    exchange=texts,
    leg=st.none() | texts,
    conversation=st.none() | texts,
    status=st.none() | texts,
    verdict=st.sampled_from(Verdict),
    raw=st.binary(max_size=60) | texts.map(str.encode),
    meta=st.dictionaries(texts, json_values, max_size=4),
)
