"""What a person types for a leg or a conversation: never another one than is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.actions.naming import NamingError, is_whole_id, named
from console.actions.target import Target, TargetKind
from console.floor.fold import Floor, fold
from console.text import clean
from tests.floor.build import Scribe

A = "63f61863-4a51-4f6b-86e1-46edebcf9356"
B = "63f6ffff-4a51-4f6b-86e1-46edebcf9356"
GONE = "99990000-4a51-4f6b-86e1-46edebcf9356"
ROOM = "CON-8f5a8f5a-0000-4000-8000-000000000001"
OTHER = "CON-8f5b8f5a-0000-4000-8000-000000000002"
LEG, EITHER, CONVERSATION = TargetKind.LEG, TargetKind.EITHER, TargetKind.CONVERSATION


def _event(scribe: Scribe, leg: str, number: str, room: str, status: str, ms: int) -> None:
    body = {
        "uuid": leg,
        "conversation_uuid": room,
        "status": status,
        "direction": "outbound",
        "from": "442079460000",
        "to": number,
        "timestamp": "2026-03-01T09:00:00.000Z",
    }
    scribe.post(body, ms)


@pytest.fixture(scope="module")
def floor() -> Floor:
    scribe = Scribe()
    _event(scribe, A, "447700900001", ROOM, "answered", 0)
    _event(scribe, B, "447700900002", ROOM, "ringing", 10)
    _event(scribe, GONE, "447700900001", OTHER, "completed", 20)
    return fold(scribe.records)


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        (A, LEG, Target.leg(A)),
        (f" {A} ", EITHER, Target.leg(A)),
        ("63f61", LEG, Target.leg(A)),
        ("63F6F", EITHER, Target.leg(B)),
        ("447700900002", LEG, Target.leg(B)),
        ("+447700900002", LEG, Target.leg(B)),
        ("*02", LEG, Target.leg(B)),
        ("447700900001", LEG, Target.leg(A)),  # the one that is up, not the one that is over
        ("9999", LEG, Target.leg(GONE)),
        (ROOM, EITHER, Target.conversation(ROOM)),
        ("8f5a", EITHER, Target.conversation(ROOM)),
        ("con-8f5a", CONVERSATION, Target.conversation(ROOM)),
        (OTHER, CONVERSATION, Target.conversation(OTHER)),
        # Not known: the platform may know it.
        ("0" * 32, LEG, Target.leg("0" * 32)),
        (f"CON-{GONE}", EITHER, Target.conversation(f"CON-{GONE}")),
    ],
)
def test_what_is_meant_is_found(floor: Floor, text: str, kind: TargetKind, target: Target) -> None:
    assert named(floor, text, kind) == target


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("63f6", LEG, f"may be {A} (447700900001, answered); {B} (447700900002, ringing)"),
        ("4477*", EITHER, "type more of it"),
        ("63f", LEG, "nothing here is “63f”"),
        ("*", LEG, "type an id"),
        ("", LEG, "type an id"),
        (ROOM, LEG, f"is a conversation; this needs one of its legs: {A}"),
        (OTHER, LEG, "nobody is in it any more"),
        (f"CON-{GONE}", LEG, "this needs one of its legs"),
        ("[4]4*", LEG, "nothing here is"),
        ("\x1b[31m", LEG, "nothing here is “\\x1b[31m”"),
    ],
)
def test_what_is_nothing_or_several_is_told(
    floor: Floor, text: str, kind: TargetKind, says: str
) -> None:
    with pytest.raises(NamingError) as error:
        named(floor, text, kind)
    assert says in str(error.value)


@given(st.text(max_size=40), st.sampled_from([LEG, EITHER, CONVERSATION]))
def test_any_text_is_one_thing_or_an_error(text: str, kind: TargetKind) -> None:
    scribe = Scribe()
    _event(scribe, A, "447700900001", ROOM, "answered", 0)
    floor = fold(scribe.records)
    said, target = "", None
    try:
        target = named(floor, text, kind)
    except NamingError as error:
        said = str(error)
    assert clean(said) == said
    if target is not None:
        assert kind is EITHER or target.kind is kind
        assert target.id in (A, ROOM) or is_whole_id(target.id)
