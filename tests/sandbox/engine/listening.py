"""What the engine does with sound, read off its effects."""

from typing import TypeVar

from console.sandbox.engine.effects import (
    Hearing,
    PlayBeep,
    PlayTones,
    PrepareSound,
    SoundFile,
    SoundPath,
    Speech,
)
from tests.sandbox.engine.playbook import APP, EPOCH_MS, Play, run

SOCKET = (
    '{"type":"websocket","uri":"wss://app.test/ws","content-type":"audio/l16;rate=16000",'
    '"headers":{"k":"v"}}'
)
CONNECT = '{"action":"connect","endpoint":[{"type":"phone","number":"447700900001"}]}'
BRIDGE = f"""
    >> 0 inbound 447700900123
    >> 0 reply answer 200 [{CONNECT}]
    >> 2 wait
"""
E = TypeVar("E")


def play(inputs: str, start: Play | None = None) -> Play:
    start = start or Play()
    run([line.strip() for line in inputs.strip().splitlines()], start)
    for leg in start.engine.calls(start.now_ms):
        start.name(leg["uuid"])
    return start


def inbound(*ncco: str) -> Play:
    script = ",".join(ncco)
    return play(f">> 0 inbound 447700900123\n>> 0 reply answer 200 [{script}]")


def did(start: Play, kind: type[E]) -> list[E]:
    return [effect for _, effect in start.log if isinstance(effect, kind)]


def when(start: Play, kind: type[E]) -> list[tuple[int, E]]:
    return [(at - EPOCH_MS, effect) for at, effect in start.log if isinstance(effect, kind)]


def hearing(start: Play, leg: str = "L1") -> dict[str, set[str]]:
    """What each ear in the conversation of a leg hears, by short names; the tape is `tape`.

    Sounds are named by what they are.
    """
    room = start.leg(leg)["conversation_uuid"]
    rows = next((one.rows for one in reversed(did(start, Hearing)) if one.room == room), ())
    sounds = {effect.sound: _what(effect) for effect in did(start, PrepareSound)}
    sounds |= {effect.sound: effect.digits for effect in did(start, PlayTones)}
    sounds |= {effect.sound: "beep" for effect in did(start, PlayBeep)}
    return {
        "tape" if ear == room else start.name(ear): {
            sounds[source] if source in sounds else start.name(source) for source in sources
        }
        for ear, sources in rows
    }


def _what(effect: PrepareSound) -> str:
    match effect.what:
        case Speech(text):
            return text
        case SoundFile(url):
            return url.removeprefix(APP)
        case SoundPath(path):
            return path
