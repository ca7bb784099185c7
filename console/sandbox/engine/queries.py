"""What can be read of the state: the API's views (3.3, 3.4) and the read-back of the far ends."""

from typing import Any

from console.sandbox.engine import caller_ids, playing, rooms
from console.sandbox.engine.core import Core
from console.sandbox.engine.media_state import Playing
from console.sandbox.engine.networks import network_of
from console.sandbox.engine.payloads import nearest_second
from console.sandbox.engine.state import Leg, Sounded
from console.voice.calls import Call, CallFilter, CallPage, Party
from console.voice.endpoints import Endpoint, address, kind
from console.voice.statuses import Status
from console.voice.times import format_timestamp

_CONTENT = {"talk": "text", "stream": "url", "dtmf": "digits"}


def all_legs(core: Core) -> list[Leg]:
    """Return live and ended legs, the oldest first."""
    state = core.state
    return sorted([*state.ended.values(), *state.live.values()], key=lambda leg: leg.created_ms)


def call(leg: Leg) -> Call:
    """Return the call object (3.4). Price and times are there only when completed.

    A leg that was not answered keeps the status that says why; its filter finds it (3.3).
    """
    over = leg.status is Status.COMPLETED
    network = network_of(leg.from_ if leg.direction == "inbound" else leg.to)
    start, end = leg.answered_ms, leg.ended_ms
    return Call(
        uuid=leg.uuid,
        conversation=leg.conversation,
        to=_party(leg.to),
        from_=_party(leg.from_),
        status=leg.status.value,
        direction=leg.direction,
        rate=leg.rate if over else None,
        price=leg.price if over else None,
        duration=str(leg.seconds) if over else None,
        start_ms=nearest_second(start) if over and start is not None else None,
        end_ms=nearest_second(end) if over and end is not None else None,
        network=network.code if over and network is not None else None,
    )


def _party(endpoint: Endpoint) -> Party:
    return Party(kind(endpoint), address(endpoint))


def page(core: Core, asked: CallFilter) -> dict[str, Any]:
    """Return the body of `GET /v1/calls`; `record_index` counts pages or records (3.3)."""
    found = [leg for leg in all_legs(core) if _matches(leg, asked)]
    if asked.order == "desc":
        found.reverse()
    by_record = core.settings.quirks.record_index == "record"
    start = asked.record_index * (1 if by_record else asked.page_size)
    shown = found[start : start + asked.page_size]
    calls = tuple(call(leg) for leg in shown)
    found_page = CallPage(
        count=len(found), page_size=asked.page_size, record_index=asked.record_index, calls=calls
    )
    return found_page.to_wire(asked, by_record=by_record)


def _matches(leg: Leg, asked: CallFilter) -> bool:
    return (
        (asked.status is None or leg.status is asked.status)
        and (asked.conversation is None or leg.conversation == asked.conversation)
        and (asked.date_start_ms is None or leg.created_ms >= asked.date_start_ms)
        and (asked.date_end_ms is None or leg.created_ms < asked.date_end_ms)
    )


def read_back(core: Core, leg: Leg, now_ms: int) -> dict[str, Any]:
    """Return all that can be said of a leg and its far end: the object of `/sandbox/calls`."""
    state = core.state
    room = state.rooms.get(leg.conversation) if leg.live else None
    heard_now = playing.current(core, leg) if leg.live else None
    return {
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation,
        "conversation_name": None if room is None else room.name,
        "status": leg.status.value,
        "direction": leg.direction,
        "from": address(leg.from_),
        "to": address(leg.to),
        "caller_id": caller_ids.shown(core.settings, leg.from_, leg.to)
        if leg.direction == "outbound"
        else None,
        "refused": leg.refused,
        "muted": leg.muted,
        "earmuffed": leg.earmuffed,
        "playing": None if heard_now is None else _playing(heard_now, now_ms),
        "heard": [_sounded(item) for item in leg.heard],
        "pressed": leg.pressed_until(now_ms),
        "received": leg.received,
        "digits_to": None if leg.digits_to is None else leg.digits_to.url,
        "said": list(leg.said),
        "played": list(leg.played),
        "hears": rooms.heard_by(state, leg.uuid),
        "music_on_hold": None if leg.music is None else leg.music.content,
        "recording": room is not None and room.recording is not None,
    }


def _playing(playing_now: Playing, now_ms: int) -> dict[str, Any]:
    return {
        "kind": playing_now.kind,
        _CONTENT[playing_now.kind]: playing_now.content,
        "remaining_ms": playing_now.remaining_ms(now_ms),
    }


def _sounded(item: Sounded) -> dict[str, Any]:
    return {
        "kind": item.kind,
        _CONTENT[item.kind]: item.content,
        "at": format_timestamp(item.at_ms),
    }


def counts(core: Core) -> dict[str, int]:
    """Return live counts for `GET /sandbox`."""
    state = core.state
    return {
        "legs": len(state.live),
        "conversations": len(state.rooms),
        "ended": len(state.ended),
        "recordings": sum(room.recording is not None for room in state.rooms.values()),
        "webhooks_open": len(state.deliveries),
        "timers": len(state.timers),
    }
