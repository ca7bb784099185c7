"""Whatever a body holds, it is folded without an error, and nothing of it is lost."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.floor.fold import Floor, fold
from console.floor.store import Store
from console.journal.record import WEBHOOK_KINDS, Kind, Record, Verdict
from tests.floor.build import API, SANDBOX, T0, seen
from tests.floor.scenarios import SCENARIOS

NAMES = [
    "uuid", "call_uuid", "conversation_uuid", "conversation_uuid_from", "conversation_uuid_to",
    "status", "type", "from", "to", "direction", "timestamp", "detail", "sip_code", "price",
    "rate", "duration", "start_time", "end_time", "dtmf", "digits", "timed_out", "speech",
    "results", "text", "confidence", "recording_url", "recording_uuid", "transcription_url",
    "size", "reason", "original_request", "payload", "region_url", "endpoint_type", "action",
    "destination", "ncco", "name", "startOnEnter", "loop", "stream_url", "heard", "playing",
    "kind", "remaining_ms", "muted", "earmuffed", "pressed", "calls", "_embedded", "headers",
]  # fmt: skip
WORDS = st.sampled_from(
    ["started", "completed", "machine", "transfer", "CON-a", "L1", "1e400", "-1", "NaN", "",
     "2026-03-01T09:00:00.000Z", "9999-99-99T00:00:00Z", "\x1b[2J", "[/nope]", "\ud7ff",
     "transcribed", "talk", "mute", "inbound", "[4 digits]", "[9999999999999999999 digits]"]
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=12,
)
bodies = st.one_of(
    st.dictionaries(st.sampled_from(NAMES), values, max_size=8).map(
        lambda value: json.dumps(value).encode()
    ),
    values.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=60),
    st.just(b"[" * 5_000),
    st.just(b'{"a":' * 5_000),
)
urls = st.sampled_from(
    [
        API, f"{API}/L1", f"{API}/L1/talk", f"{API}/L1/dtmf", f"{API}/%2F%00", f"{API}/L1/stream",
        f"{API}?a=b", SANDBOX, f"{SANDBOX}/L1", "", "nonsense", f"{API}x/L1",
    ]
)  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> Record:
    kind = draw(st.sampled_from(list(Kind)))
    metas: dict[str, st.SearchStrategy[Any]] = {
        "method": st.sampled_from(["GET", "POST", "PUT", "DELETE", "", 7]),
        "url": urls | values,
        "status": st.sampled_from([200, 201, 204, 400, 404, 500]) | values,
        "elapsed_ms": values,
        "cause": st.sampled_from(["a1", ""]) | values,
        "intent": st.sampled_from(["i1"]) | values,
        "query": st.sampled_from(["", "i=i1", "i=%ff&&&=", "i="]) | values,
        "action": values,
        "args": values,
        "reason": values,
        "error": values,
    }
    return Record(
        kind=kind,
        at=(T0 + draw(st.integers(0, 5_000))) * 1_000_000,
        mono=0,
        exchange=draw(st.sampled_from(["x1", "a1", ""])),
        leg=draw(st.sampled_from([None, "L1", ""])),
        conversation=draw(st.sampled_from([None, "CON-a"])),
        verdict=draw(st.sampled_from(list(Verdict))),
        raw=draw(bodies),
        meta=draw(st.fixed_dictionaries({}, optional=metas)),
        seq=draw(st.integers(1, 50)),
        session="test",
    )


@given(st.lists(records(), max_size=8))
@settings(max_examples=100, deadline=None)
def test_no_record_raises_or_depends_on_its_place(found: list[Record]) -> None:
    store = Store()
    store.apply_all(found)
    assert store.snapshot().records == len(found)
    list(store.log)
    assert seen(fold(reversed(found))) == seen(store.floor)


@given(bodies, st.sampled_from(sorted(WEBHOOK_KINDS)), st.sampled_from(["GET", "POST"]))
@settings(max_examples=100, deadline=None)
def test_a_body_is_folded_or_kept(raw: bytes, kind: Kind, method: str) -> None:
    record = Record(
        kind=kind,
        at=T0 * 1_000_000,
        mono=0,
        raw=raw,
        verdict=Verdict.SIGNED,
        meta={"method": method},
        seq=3,
        session="test",
    )
    floor = Floor()
    changes = floor.apply(record)
    assert changes
    assert record.raw == raw
    assert floor.figures().events == 1
    assert all(one.seq == 3 for one in floor.unplaced())


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_scenario_with_one_mutated_body_is_still_folded(data: st.DataObject) -> None:
    made = data.draw(st.sampled_from(sorted(SCENARIOS)))
    world = SCENARIOS[made]()
    place = data.draw(st.integers(0, len(world) - 1))
    raw = bytearray(world[place].raw or b"{}")
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    fields = {
        name: getattr(world[place], name) for name in Record.__struct_fields__ if name != "raw"
    }
    base_fields = {name: getattr(world[place], name) for name in world[place].__struct_fields__}
    world[place] = Record(**{**base_fields, **fields, "raw": bytes(raw)})
    assert seen(fold(world)) == seen(fold(reversed(world)))
