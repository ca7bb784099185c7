"""Call control objects (section 6): nine actions as types, parsed strictly.

`parse_ncco` names each defect by path and reason; an NCCO with any defect is invalid as a
whole (6.1). Options that are not known are ignored. Absent options take the platform's
defaults, and `to_wire` leaves defaults out, so that parsing and writing are inverse.
"""

from typing import Any, Final

from console.voice.defects import Defect
from console.voice.ncco_actions import (
    ACTION_NAMES,
    DEFAULT_LANGUAGE,
    Connect,
    Conversation,
    DtmfInput,
    InputAction,
    Ncco,
    NccoAction,
    Notify,
    RecordAction,
    SpeechInput,
    Stream,
    Talk,
    TransferAction,
    Wait,
    action_name,
    is_synchronous,
)
from console.voice.ncco_read import read_ncco
from console.voice.ncco_write import write_action
from console.voice.options import AdvancedMachineDetection, Transcription
from console.voice.wire import UnreadableJson, decode_json

__all__ = [
    "ACTION_NAMES",
    "DEFAULT_LANGUAGE",
    "INVALID_NCCO",
    "AdvancedMachineDetection",
    "Connect",
    "Conversation",
    "Defect",
    "DtmfInput",
    "InputAction",
    "Ncco",
    "NccoAction",
    "NccoError",
    "Notify",
    "RecordAction",
    "SpeechInput",
    "Stream",
    "Talk",
    "Transcription",
    "TransferAction",
    "Wait",
    "action_name",
    "decode_ncco",
    "is_synchronous",
    "parse_ncco",
    "to_wire",
]

INVALID_NCCO: Final = "Syntax error in NCCO. Invalid value type or action."
"""`reason` of the error webhook for an invalid NCCO (5.3.17)."""


class NccoError(ValueError):
    """A value is no valid NCCO; `defects` says where and why."""

    def __init__(self, defects: tuple[Defect, ...]) -> None:
        self.defects = defects
        super().__init__("; ".join(map(str, defects)))


def parse_ncco(value: object) -> Ncco:
    """Return the actions of an NCCO as decoded from JSON; an empty array is valid.

    Raises:
        NccoError: With every defect found, each with its path (`[1].endpoint[0].number`).
    """
    defects: list[Defect] = []
    ncco = read_ncco(value, "", defects)
    if defects:
        raise NccoError(tuple(defects))
    return ncco


def decode_ncco(raw: bytes) -> Ncco:
    """Return the actions of an NCCO as it came over the wire.

    Raises:
        NccoError: The bytes are no JSON, or the JSON is no NCCO.
    """
    try:
        value = decode_json(raw)
    except UnreadableJson as error:
        raise NccoError((Defect("", f"is not JSON: {error}", "json"),)) from error
    return parse_ncco(value)


def to_wire(ncco: Ncco) -> list[dict[str, Any]]:
    """Return the JSON array of an NCCO."""
    return [write_action(action) for action in ncco]
