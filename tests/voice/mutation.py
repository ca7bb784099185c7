"""Changes to good documents, drawn from a seed: of their JSON, and of their bytes."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    2**70,
    "",
    "x",
    "true",
    "45",
    "-0.0",
    "\ud800",
    "\x00\x1b[2J",
    "\u202e",
    "a" * 2_000,
    "2025-13-41T99:99:99Z",
    "https://app.example.com/x",
    [],
    [[]],
    [None],
    ["x", 1],
    {},
    {"": {}},
    {"x": [1]},
    float("nan"),
    float("inf"),
)
Step = str | int
Place = tuple[Step, ...]


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place of a JSON value below its top."""
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for step, member in members:
        yield (*at, step)
        yield from places(member, (*at, step))


def copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: copy(member) for name, member in value.items()}
    return [copy(member) for member in value] if isinstance(value, list) else value


def at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def changed(value: Any, names: list[str], rng: Random) -> Any:
    """Return a copy with one to three changes in its structure."""
    new = copy(value)
    for _ in range(rng.randint(1, 3)):
        found = list(places(new))
        if not found:
            return rng.choice(ODD)
        place = rng.choice(found)
        parent, step = at(new, place[:-1]), place[-1]
        match rng.randrange(6):
            case 0:
                del parent[step]
            case 1 if isinstance(parent, dict):
                parent[rng.choice(names)] = parent.pop(step)
            case 2 if isinstance(parent, dict):
                parent[rng.choice(names)] = copy(rng.choice(ODD))
            case 3:
                parent[step] = copy(at(value, rng.choice(list(places(value)))))
            case 4:
                parent[step] = nested(parent[step], rng.choice((1, 2, 40)))
            case _:
                parent[step] = copy(rng.choice(ODD))
    return new


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


def encoded(value: Any, rng: Random) -> bytes:
    """Return JSON text of a value, sometimes with its bytes changed as well."""
    raw = json.dumps(value, ensure_ascii=rng.random() < 0.5).encode(errors="surrogatepass")
    return broken(raw, rng) if rng.random() < 0.3 else raw


def broken(raw: bytes, rng: Random) -> bytes:
    """Return bytes with a part flipped, cut out, doubled or put in."""
    start = rng.randrange(len(raw) + 1)
    end = min(len(raw), start + rng.randint(0, 8))
    match rng.randrange(5):
        case 0:
            return raw[:start] + rng.randbytes(end - start) + raw[end:]
        case 1:
            return raw[:start] + raw[end:]
        case 2:
            return raw[:end] + raw[start:]
        case 3:
            return raw[:start]
        case _:
            return (
                raw[:start] + rng.choice((b"\xff", b"{", b"]", b'"', b"\\u", b"NaN")) + raw[start:]
            )
