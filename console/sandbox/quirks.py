"""Switches for behaviours of the platform of which two are plausible.

Each default is what the contract recommends where it says that it is not sure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from console.sandbox.errors import SandboxError


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """One value of each switch; `QUIRKS` says what they mean."""

    client_ref: Literal["v2", "never"] = "v2"
    detect_beep: Literal["beep", "both"] = "beep"
    early_hangup: Literal["204", "400"] = "204"
    ended_leg_hangup: Literal["404", "400"] = "404"
    event_order: Literal["started-ringing", "ringing-started"] = "started-ringing"
    foreign_caller: Literal["unknown", "restricted"] = "unknown"
    foreign_identity: Literal["reject", "accept"] = "reject"
    get_nulls: Literal["omitted", "empty"] = "omitted"
    inbound_answer: Literal["after", "before"] = "after"
    mute_after_move: Literal["ends", "stays"] = "ends"
    no_numbers: Literal["empty", "count"] = "empty"
    record_index: Literal["page", "record"] = "page"
    record_time_out: Literal["cap", "wait"] = "cap"
    second_talk: Literal["replace", "400"] = "replace"
    transfer_reply: Literal["204", "200"] = "204"
    unanswered_price: Literal["zero", "null"] = "zero"
    unauthorized_body: Literal["problem", "legacy"] = "problem"
    unsubscribe_reply: Literal["200", "204"] = "200"
    webhook_attempts: Literal["2", "1", "3"] = "2"
    wrong_frame: Literal["drop", "close"] = "drop"

    def to_wire(self) -> dict[str, str]:
        """Return the values by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


NO_QUIRKS: Final = Quirks()
"""Every switch at its default."""


@dataclass(frozen=True, slots=True)
class Quirk:
    """A switch: its values, the default first, each with what it does; where it comes from."""

    section: str
    values: MappingProxyType[str, str]


def _quirk(section: str, **values: str) -> Quirk:
    plain = {name.removeprefix("_").replace("__", "-"): what for name, what in values.items()}
    return Quirk(section, MappingProxyType(plain))


QUIRKS: Final = MappingProxyType(
    {
        "client_ref": _quirk(
            "3.10",
            v2="events of a call by IP (to no phone) that `/v2/calls` made carry `client_ref`: that"
            " of the request, else a new UUID",
            never="no event carries it",
        ),
        "detect_beep": _quirk(
            "4.5",
            beep="in the mode `detect_beep` a machine is told of by its beep only",
            both="it is told of at once, and its beep after it",
        ),
        "early_hangup": _quirk(
            "3.5",
            _204="a leg can be hung up at once",
            _400="a hang-up within 2 s after the creation is refused",
        ),
        "ended_leg_hangup": _quirk(
            "3.5",
            _404="a leg that is over is not found when it is hung up",
            _400="it is found, but in no state for it",
        ),
        "event_order": _quirk(
            "4.3",
            started__ringing="`started` leaves before `ringing`",
            ringing__started="`ringing` leaves before `started`, with the same time",
        ),
        "foreign_caller": _quirk(
            "10.2",
            unknown="a phone that is called from no number of the account is shown `unknown`",
            restricted="the call is `rejected` with `restricted`",
        ),
        "foreign_identity": _quirk(
            "3.1",
            reject="a `shaken` identity under another certificate than the sandbox's is `rejected`",
            accept="it is only checked for its form",
        ),
        "get_nulls": _quirk(
            "5.3",
            omitted="a null is left out of a webhook by GET",
            empty="it is there without a value",
        ),
        "inbound_answer": _quirk(
            "4.4",
            after="an inbound call is answered when its NCCO is there",
            before="it is answered first, then its NCCO is fetched",
        ),
        "mute_after_move": _quirk(
            "3.5",
            ends="mute and earmuff end when the leg leaves its conversation",
            stays="they go with the leg",
        ),
        "no_numbers": _quirk(
            "10.3",
            empty="a list without numbers is `{}`",
            count="it has `count` 0 and an empty array",
        ),
        "record_index": _quirk(
            "3.3",
            page="`record_index` of a list counts pages",
            record="it counts records",
        ),
        "record_time_out": _quirk(
            "6.3",
            cap="`timeOut` alone caps a recording, the next action runs at once",
            wait="the next action waits until the recording is over",
        ),
        "second_talk": _quirk(
            "3.7",
            replace="a talk while another one plays takes its place",
            _400="it is refused",
        ),
        "transfer_reply": _quirk(
            "3.5", _204="a transfer is answered with nothing", _200='with `"message":"Received"`'
        ),
        "unanswered_price": _quirk(
            "4.3",
            zero="`completed` of a leg that was not answered has `duration` and prices of zero",
            null="they are null",
        ),
        "unauthorized_body": _quirk(
            "2.3",
            problem="a bad token is answered with problem JSON",
            legacy='with `"error_title":"Unauthorized"`',
        ),
        "unsubscribe_reply": _quirk(
            "3.9",
            _200="the end of a DTMF subscription is answered 200",
            _204="it is answered 204",
        ),
        "webhook_attempts": _quirk(
            "5.4",
            _2="a webhook is sent once more on the causes for it",
            _1="never again",
            _3="twice more",
        ),
        "wrong_frame": _quirk(
            "7.3",
            drop="a message to a WebSocket leg that is not one frame is dropped",
            close="the connection is broken off at it, without a close (1006)",
        ),
    }
)
"""All switches by name."""


def parse_quirks(options: Iterable[str]) -> Quirks:
    """Return the switches that `name=value` options set; of two for one name the last holds.

    Raises:
        SandboxError: There is no such switch, or it has no such value.
    """
    chosen: dict[str, str] = {}
    for option in options:
        name, _, value = option.partition("=")
        quirk = QUIRKS.get(name)
        if quirk is None:
            raise SandboxError(f"--quirk {option}: take one of {', '.join(QUIRKS)}.")
        if value not in quirk.values:
            values = " or ".join(f"{name}={one}" for one in quirk.values)
            raise SandboxError(f"--quirk {option}: write {values}.")
        chosen[name] = value
    return msgspec.convert(chosen, Quirks)
