"""Finished calls and names as lines of files, so that they are still there after a start."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.sandbox.engine.state import NO_PLAN, Leg, Named, Sounded
from console.sandbox.regions import DEFAULT_REGION
from console.sandbox.runtime import Owner
from console.voice.endpoints import Endpoint, EndpointError, Phone, parse_endpoint
from console.voice.endpoints import to_wire as endpoint_to_wire
from console.voice.statuses import Status
from console.voice.wire import UnreadableJson, decode_json, encode_json


def leg_to_wire(leg: Leg) -> dict[str, Any]:
    """Return what is kept of a finished leg."""
    return {
        "uuid": leg.uuid,
        "conversation": leg.conversation,
        "direction": leg.direction,
        "from": _endpoint_to_wire(leg.from_),
        "to": _endpoint_to_wire(leg.to),
        "created_ms": leg.created_ms,
        "answered_ms": leg.answered_ms,
        "ended_ms": leg.ended_ms,
        "status": leg.status.value,
        "rate": leg.rate,
        "price": leg.price,
        "seconds": leg.seconds,
        "heard": [[item.kind, item.content, item.at_ms] for item in leg.heard],
        "pressed": leg.pressed,
        "said": leg.said,
        "played": leg.played,
        "refused": leg.refused,
    }


def leg_of(wire: Mapping[str, Any]) -> Leg:
    """Return the leg that was kept.

    Raises:
        ValueError, KeyError, TypeError: It is none.
    """
    return Leg(
        uuid=str(wire["uuid"]),
        conversation=str(wire["conversation"]),
        direction=str(wire["direction"]),
        from_=_endpoint(wire["from"]),
        to=_endpoint(wire["to"]),
        created_ms=int(wire["created_ms"]),
        events=None,
        plan=NO_PLAN,
        status=Status(wire["status"]),
        answered_ms=wire["answered_ms"],
        ended_ms=int(wire["ended_ms"]),
        rate=wire["rate"],
        price=wire["price"],
        seconds=wire["seconds"],
        heard=[Sounded(str(name), str(content), int(at)) for name, content, at in wire["heard"]],
        pressed=str(wire["pressed"]),
        said=[str(text) for text in wire["said"]],
        played=[str(path) for path in wire["played"]],
        refused=wire.get("refused"),
    )


class SavedCalls:
    """The file `calls.jsonl` of a state folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, owner: Owner, legs: list[Leg]) -> None:
        """Add legs that have just ended."""
        lines = [_line(owner, leg) for leg in legs]
        with self._path.open("ab") as file:
            file.writelines(lines)

    def load(self) -> dict[Owner, list[Leg]]:
        """Return all kept legs by owner; a line cut by a crash is passed over."""
        found: dict[Owner, list[Leg]] = {}
        for owner, leg in self._read():
            found.setdefault(owner, []).append(leg)
        return found

    def replace(self, legs: Mapping[Owner, list[Leg]]) -> None:
        """Keep these and no others."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            for owner, kept in legs.items():
                file.writelines(_line(owner, leg) for leg in kept)
        fresh.replace(self._path)

    def _read(self) -> Iterator[tuple[Owner, Leg]]:
        if not self._path.exists():
            return
        for line in self._path.read_bytes().splitlines():
            try:
                wire = decode_json(line)
                # Lines of earlier versions name no region: there was one.
                region = str(wire.get("region", DEFAULT_REGION))
                yield Owner(str(wire["application"]), region), leg_of(wire)
            except (UnreadableJson, EndpointError, ValueError, KeyError, TypeError):
                continue


Names = dict[str, Named]


class SavedNames:
    """The file `names.jsonl` of a state folder: which conversation a name stands for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, owner: Owner, names: Names) -> None:
        """Add names that are new, or stand for another conversation from now on."""
        with self._path.open("ab") as file:
            file.writelines(_name_line(owner, name, known) for name, known in names.items())

    def load(self) -> dict[Owner, Names]:
        """Return all kept names by owner, of two lines for one the later; torn ones are none."""
        found: dict[Owner, Names] = {}
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for line in lines:
            try:
                wire = decode_json(line)
                owner = Owner(str(wire["application"]), str(wire["region"]))
                named = Named(str(wire["conversation"]), int(wire["expires_ms"]))
                found.setdefault(owner, {})[str(wire["name"])] = named
            except (UnreadableJson, ValueError, KeyError, TypeError):
                continue
        return found

    def replace(self, names: Mapping[Owner, Names]) -> None:
        """Keep these and no others."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            for owner, kept in names.items():
                file.writelines(_name_line(owner, name, known) for name, known in kept.items())
        fresh.replace(self._path)


def _name_line(owner: Owner, name: str, known: Named) -> bytes:
    return (
        encode_json(
            {
                "application": owner.application,
                "region": owner.region,
                "name": name,
                "conversation": known.id,
                "expires_ms": known.expires_ms,
            }
        )
        + b"\n"
    )


def _line(owner: Owner, leg: Leg) -> bytes:
    of = {"application": owner.application, "region": owner.region}
    return encode_json(of | leg_to_wire(leg)) + b"\n"


def _endpoint_to_wire(endpoint: Endpoint) -> dict[str, Any]:
    # A caller id may be no number at all (`anonymous`): kept as it is.
    if isinstance(endpoint, Phone):
        return {"type": "phone", "number": endpoint.number}
    return endpoint_to_wire(endpoint)


def _endpoint(wire: Mapping[str, Any]) -> Endpoint:
    if wire.get("type") == "phone":
        return Phone(str(wire["number"]))
    return parse_endpoint(wire, "")
