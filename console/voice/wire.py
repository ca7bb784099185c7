"""JSON as it comes from outside, decoded under limits, and JSON as it is sent."""

import json
import re
from typing import Any, Final

import msgspec

from console.voice.limits import JSON_DEPTH

_BYTE: Final = r"\(byte ([0-9]+)\)"


class UnreadableJson(ValueError):
    """Bytes that are not JSON within the limits; the text says why.

    Args:
        text: Why.
        offset: The byte at which the reading ended, where it is known.
    """

    def __init__(self, text: str, offset: int | None = None) -> None:
        super().__init__(text)
        self.offset = offset


def decode_json(raw: bytes, depth: int = JSON_DEPTH) -> Any:
    """Return the JSON value of `raw`.

    NaN, infinite numbers, invalid UTF-8 and lone surrogates are refused, so is nesting deeper
    than `depth`.

    Raises:
        UnreadableJson: For any of these, and for what is no JSON at all.
    """
    try:
        value = msgspec.json.decode(raw)
    except UnicodeDecodeError as error:
        start = _invalid_at(raw)
        raise UnreadableJson(f"invalid UTF-8 at byte {start}", start) from error
    except RecursionError as error:
        raise UnreadableJson(f"nested deeper than {depth}") from error
    except ValueError as error:
        if not raw.strip():
            raise UnreadableJson("empty", 0) from error
        found = re.search(_BYTE, str(error))
        offset = int(found[1]) if found else None
        if offset is None and isinstance(error, msgspec.DecodeError) and "truncated" in str(error):
            offset = len(raw)
        raise UnreadableJson(str(error), offset) from error
    if raw.count(b"{") + raw.count(b"[") > depth and _deeper_than(value, depth):
        raise UnreadableJson(f"nested deeper than {depth}")
    return value


def encode_json(value: object) -> bytes:
    """Return `value` as compact JSON in UTF-8, members in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(
        errors="replace"
    )


def _invalid_at(raw: bytes) -> int:
    """Return the first byte that is no UTF-8; the decoder tells it within its string only."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        below: list[Any] = []
        for item in level:
            members = item.values() if isinstance(item, dict) else item
            below.extend(member for member in members if isinstance(member, dict | list))
        if not below:
            return False
        level = below
    return True
