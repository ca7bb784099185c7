"""What an alert is made of: a filter, what it watches, and how long it has to pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from console.journal.filter import (
    CONVERSATION_KEYS,
    LEG_KEYS,
    NO_NAMES,
    RECORD_KEYS,
    Filter,
    Key,
    parse_filter,
)


class On(StrEnum):
    """What an alert watches."""

    LEGS = "legs"
    CONVERSATIONS = "conversations"
    WEBHOOKS = "webhooks"


KEYS: Final[Mapping[On, Mapping[str, Key]]] = MappingProxyType(
    {On.LEGS: LEG_KEYS, On.CONVERSATIONS: CONVERSATION_KEYS, On.WEBHOOKS: RECORD_KEYS}
)
"""The fields that its filter may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One alert."""

    name: str
    text: str
    """Its filter as it was written."""
    wanted: Filter
    on: On = On.LEGS
    for_ms: int = 0
    """How long it has to pass without a break."""
    bell: bool = False


def rule_of(
    name: str,
    text: str,
    on: On,
    *,
    for_ms: int = 0,
    bell: bool = False,
    saved: Mapping[str, str] = NO_NAMES,
) -> Rule:
    """Return the rule of a filter.

    Raises:
        FilterError: It cannot be understood; it says where.
    """
    wanted = parse_filter(text, KEYS[on], saved)
    return Rule(name=name, text=text, wanted=wanted, on=on, for_ms=for_ms, bell=bell)
