"""What our own requests to a sandbox's settings tell of an action: sent, answered, read back.

What is wanted and what a read-back of `GET /sandbox` shows are brought into the same texts, as
for the account (contracts/sandbox-control.md).
"""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from console.floor.gathered import Command
from console.floor.gathering import Gathering
from console.floor.outcomes import is_accepted
from console.floor.read_account import READBACK, join_change, join_shown
from console.journal.record import Kind, Record
from console.voice.wire import UnreadableJson, decode_json

STAGE: Final = "stage"
"""Verb of requests that change what a sandbox is set to."""
_NUMBERS: Final = "/sandbox/numbers/"
_MOVED: Final = "clock moved"
_EMPTY: Final = "no calls"
_RULES: Final = frozenset({"api"})


def read_stage(record: Record, to: Gathering) -> None:
    """Join what a `rest.…` record of an action on a sandbox's settings tells to its facts."""
    meta = record.meta
    method, url, cause = meta.get("method"), meta.get("url"), meta.get("cause")
    if not isinstance(url, str) or "/sandbox" not in url or not isinstance(cause, str) or not cause:
        return
    path = url.partition("?")[0]
    if method == "GET":
        answered = record.kind is Kind.REST_RESPONSE and is_accepted(meta.get("status"))
        if answered and record.status == READBACK and path.endswith("/sandbox"):
            join_shown(record, _shown(_json(record.raw)), cause, to)
        return
    wanted = _wanted(str(method), path, record)
    if wanted is not None:
        join_change(record, Command(False, STAGE), wanted, to)


def _wanted(method: str, path: str, record: Record) -> str | None:
    """Return what is wanted as one text, "" where only its request tells; None: other things."""
    asked = record.kind is Kind.REST_REQUEST
    if _NUMBERS in path:
        number = unquote(path.partition(_NUMBERS)[2])
        if method == "DELETE":
            return _number(number, None)
        return _number(number, _json(record.raw)) if asked else ""
    if path.endswith("/sandbox/faults"):
        return _faults(_json(record.raw)) if asked else ""
    if path.endswith("/sandbox/clock"):
        return _MOVED
    return _EMPTY if path.endswith("/sandbox/reset") else None


def _shown(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return []
    behaviours, clock, live = (value.get(name) for name in ("behaviours", "clock", "live"))
    behaviours = behaviours if isinstance(behaviours, Mapping) else {}
    found = [_number(number, told) for number, told in behaviours.items()]
    found.append(OTHERS + json.dumps(sorted(map(str, behaviours))))
    found.append(_faults(value.get("faults")))
    if isinstance(clock, Mapping) and clock.get("mode") == "virtual":
        found.append(_MOVED)
    if isinstance(live, Mapping) and live.get("legs") == 0:
        found.append(_EMPTY)
    return [text for text in found if text]


OTHERS: Final = "set: "
"""Begins the text that names every number whose behaviour is set."""


def unset_ms(wanted: str, shown: Mapping[str, int]) -> int | None:
    """Return when a read-back showed that a number has no behaviour of its own any more."""
    try:
        number, told = json.loads(wanted)
    except (ValueError, TypeError):
        return None
    if told is not None:
        return None
    times = [
        at
        for text, at in shown.items()
        if text.startswith(OTHERS) and number not in json.loads(text.removeprefix(OTHERS))
    ]
    return max(times, default=None)


def _number(number: str, told: object) -> str:
    if told is not None and not isinstance(told, Mapping):
        return ""
    return json.dumps([number, None if told is None else _plain(told)], sort_keys=True)


def _faults(told: object) -> str:
    if not isinstance(told, Mapping):
        return ""
    return "faults " + json.dumps(_plain(told), sort_keys=True)


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers as one kind, and what no form can say left out."""
    return {
        name: float(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for name, value in told.items()
        if name not in _RULES
    }


def _json(raw: bytes) -> Any:
    try:
        return decode_json(raw)
    except UnreadableJson:
        return None
