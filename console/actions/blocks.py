"""The platform's 28 building blocks (section 12) as data: a script, replies to webhooks, steps.

Each is one TOML file in `console/actions/blocks/`. Texts may hold placeholders in braces, which
are filled when a block is started or a webhook of it is answered.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, Final, Literal
from urllib.parse import urlencode

import msgspec

from console.voice.defects import is_url
from console.voice.endpoints import Endpoint, kind
from console.voice.ncco import Ncco, parse_ncco
from console.voice.numbers import typed_digits

Hook = Literal["answer", "input", "notify", "event"]
"""Webhooks whose reply may be an NCCO (5.1)."""
Party = Literal["number", "audio", "websocket"]
"""What a block needs besides a destination."""

PARTIES: Final[tuple[str, ...]] = ("first", "second")
"""Placeholders of what is typed behind a block's name, in this order."""
PARTY_WORDS: Final[Mapping[Party, str]] = {
    "number": "a number in international form",
    "audio": "the URL of an mp3 or wav file",
    "websocket": "a ws:// or wss:// URL",
}
_URLS: Final = ("answer", "event", "input", "notify", "recording")
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_FOLDER: Final = "blocks"


class BlockError(ValueError):
    """This block cannot be started so; the text says what is missing."""


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a webhook of the block is answered; of several the first that fits."""

    to: Hook
    ncco: tuple[dict[str, Any], ...]
    having: Literal["", "digits", "speech"] = ""
    """Only where keys were pressed, or words recognised."""
    statuses: tuple[str, ...] = ()
    """Not empty: only on an event with one of these."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request on the answered leg."""

    do: str
    """An action of the registry, or read, list, subscribe, unsubscribe, download."""
    after: float = 0.0
    """Seconds after the step before it, of the first after the answer."""
    args: dict[str, str] = {}


class Block(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of section 12."""

    number: int
    title: str
    shows: str
    """One sentence."""
    name: str = ""
    """Short form for typing: the file's name without the number."""
    ncco: tuple[dict[str, Any], ...] = ()
    by_url: bool = False
    """The script is what our receiver's answer URL says."""
    inbound_only: bool = False
    """Nothing to start: it answers a caller."""
    takes: tuple[Party, ...] = ()
    """What is typed behind its name."""
    to: tuple[str, ...] = ()
    """Not empty: the destination is one of these types."""
    replies: tuple[Reply, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def form(self) -> str:
        """How it is typed: `connect-caller NUMBER`."""
        return " ".join((self.name, *(party.upper() for party in self.takes)))


@cache
def blocks() -> tuple[Block, ...]:
    """Return every block by its number; the files are read once, at the first use."""
    folder = resources.files("console.actions").joinpath(_FOLDER)
    found: list[Block] = []
    for entry in folder.iterdir():
        if entry.name.endswith(".toml"):
            data = tomllib.loads(entry.read_text("utf-8"))
            name = entry.name.removesuffix(".toml").partition("-")[2]
            found.append(msgspec.convert(data | {"name": name}, Block))
    return tuple(sorted(found, key=lambda block: block.number))


def find_block(text: str) -> Block | None:
    """Return the block of this name or number."""
    wanted = text.strip().lower()
    for block in blocks():
        if wanted in (block.name, str(block.number)):
            return block
    return None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A block, and what was typed behind its name."""

    block: Block
    parties: tuple[str, ...] = ()


def choose(text: str) -> Chosen:
    """Return what a person typed: name or number of a block, then what the block takes.

    Raises:
        BlockError: There is no such block, or something is missing or too much.
    """
    word, *typed = text.split()[:8] or [""]
    block = find_block(word)
    if block is None:
        names = [each.name for each in blocks()]
        near = get_close_matches(word, names, n=1)
        hint = f"did you mean {near[0]}?" if near else "they are in docs/building-blocks.md"
        raise BlockError(f"there is no building block “{word}”; {hint}")
    if len(typed) != len(block.takes):
        words = " and ".join(PARTY_WORDS[party] for party in block.takes) or "nothing"
        raise BlockError(f"{block.name} takes {words} behind its name: {block.form}")
    return Chosen(block, tuple(map(_party, block.takes, typed)))


def _party(party: Party, text: str) -> str:
    found: str | None = None
    match party:
        case "number":
            found = typed_digits(text)
        case "audio":
            found = text if is_url(text, ("http", "https")) else None
        case "websocket":
            found = text if is_url(text, ("ws", "wss")) else None
    if found is None:
        raise BlockError(f"“{text}” is not {PARTY_WORDS[party]}")
    return found


def check_destination(block: Block, to: Endpoint) -> None:
    """Raise BlockError where a block cannot be started towards `to`."""
    if block.inbound_only:
        raise BlockError(
            f"{block.name} answers a caller and cannot be started; docs/building-blocks.md says"
            " how an inbound call gets it"
        )
    if block.to and kind(to) not in block.to:
        raise BlockError(f"{block.name} calls no phone; To is one of {', '.join(block.to)}")


# --- filling in ----------------------------------------------------------------------------------


def values_of(chosen: Chosen, number: str | None, webhooks: str | None) -> Mapping[str, str]:
    """Return what fills the placeholders of a block's script and steps.

    Args:
        chosen: The block and its parties.
        number: Our own number; None where there is none.
        webhooks: Base of our receiver's webhooks, `http://…/webhooks`; None: no receiver.
    """
    values = dict(zip(PARTIES, chosen.parties, strict=False))
    if number is not None:
        values["number"] = number
    if webhooks is not None:
        said = {"block": chosen.block.name, **values}
        answered = {reply.to for reply in chosen.block.replies}
        for hook in _URLS:
            query = f"?{urlencode(said)}" if hook in answered else ""
            values[f"{hook}_url"] = f"{webhooks}/{hook}{query}"
    return values


def fill(value: Any, values: Mapping[str, str]) -> Any:
    """Return `value` (texts, arrays, objects) with its placeholders filled.

    Raises:
        BlockError: A placeholder has no value.
    """
    match value:
        case str():
            return _PLACEHOLDER.sub(lambda found: _value(found[1], values), value)
        case dict():
            return {key: fill(inner, values) for key, inner in value.items()}
        case list() | tuple():
            return [fill(inner, values) for inner in value]
        case _:
            return value


def _value(name: str, values: Mapping[str, str]) -> str:
    if name in values:
        return values[name]
    if name == "number":
        raise BlockError("this block needs one of our numbers as From")
    if name.endswith("_url"):
        raise BlockError("this block needs our receiver, and it is not running")
    raise BlockError(f"nothing is known for “{name}”")


def script(chosen: Chosen, values: Mapping[str, str]) -> Ncco:
    """Return the block's script, ready to be sent.

    Raises:
        BlockError: A placeholder has no value.
    """
    return parse_ncco(fill(list(chosen.block.ncco), values))


def placeholders(value: Any) -> frozenset[str]:
    """Return the names of the placeholders in texts, arrays and objects."""
    match value:
        case str():
            return frozenset(_PLACEHOLDER.findall(value))
        case Mapping():
            return frozenset().union(*map(placeholders, value.values()))
        case Sequence():
            return frozenset().union(*map(placeholders, value))
        case _:
            return frozenset()
