"""Fields of a webhook, each taken out of its object, so that what stays is not known.

What has a type that does not fit stays in the object and so among the unknown ones.
"""

from collections.abc import Mapping
from typing import Any

from console.voice.times import parse_timestamp
from console.voice.webhook_types import NOTHING


def take_text(data: dict[str, Any], field: str) -> str | None:
    """Take a text out; a number is put as text, anything else stays."""
    value = data.pop(field, None)
    if value is None or value.__class__ is str:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    data[field] = value
    return None


def has_text(data: Mapping[str, Any], *fields: str) -> bool:
    """Tell whether one of `fields` is a text."""
    return any(isinstance(data.get(field), str) for field in fields)


def take_id(data: dict[str, Any], field: str) -> str | None:
    """Take an id out; an empty one is none."""
    return take_text(data, field) or None


def take_leg(data: dict[str, Any]) -> str | None:
    """Take the leg's id out: `uuid`, or `call_uuid` in events of machine detection."""
    return take_id(data, "uuid") or take_id(data, "call_uuid")


def take_time(data: dict[str, Any], field: str) -> int | None:
    """Take a time out as Unix milliseconds; what is no time stays."""
    value = data.get(field)
    if value is None:
        data.pop(field, None)
        return None
    found = parse_timestamp(value)
    if found is not None:
        del data[field]
    return found


def take_object(data: dict[str, Any], field: str) -> Mapping[str, Any]:
    """Take an object out; what is none stays."""
    value = data.get(field)
    if value is None or isinstance(value, dict):
        data.pop(field, None)
        return value or NOTHING
    return NOTHING


def take_whole(data: dict[str, Any], field: str) -> int | None:
    """Take a whole number out, given as number or digits; anything else stays."""
    value = data.get(field)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        del data[field]
        return value
    if value is None:
        data.pop(field, None)
    return None


def take_flag(data: dict[str, Any], field: str) -> bool:
    """Take true or false out, given as boolean or text; anything else stays and is false."""
    value = data.get(field)
    if value is None or isinstance(value, bool) or value in ("true", "false"):
        data.pop(field, None)
        return value is True or value == "true"
    return False


def put_rest(data: dict[str, Any], field: str, rest: dict[str, Any]) -> None:
    """Leave of an object in its place what was not taken out of it; nothing where all was."""
    if rest:
        data[field] = rest
    else:
        del data[field]


def as_confidence(value: object) -> float | None:
    """Return a confidence from 0 to 1, given as number or text, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if 0.0 <= found <= 1.0 else None
