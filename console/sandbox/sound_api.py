"""Routes of the control API for sound: what far ends heard and said, and how loud everybody is."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.audio.frames import to_bytes
from console.audio.wav import wav_bytes, wav_header
from console.sandbox.control_bodies import BadControl, parse_direction
from console.sandbox.control_verbs import ControlVerbs, Handler, error_answer, json_answer
from console.sandbox.media.excerpt import Excerpt
from console.sandbox.media.meters import EVERY_MS, Meters, Report, levels_of
from console.sandbox.media.score import Score
from console.sandbox.runtime import Runtime
from console.voice.times import format_timestamp
from console.voice.wire import encode_json


class SoundApi:
    """What can be heard.

    Args:
        runtime: Holds the engines and their sound.
        meters: Measure everybody.
    """

    def __init__(self, runtime: Runtime, meters: Meters) -> None:
        self._runtime = runtime
        self._meters = meters

    def routes(self) -> list[Route]:
        """Return the routes; paths carry no trailing slash."""
        table: dict[str, Handler] = {
            "/sandbox/calls/{uuid}/audio": self._audio,
            "/sandbox/calls/{uuid}/levels": self._level,
            "/sandbox/levels": self._levels,
        }
        return [Route(path, ControlVerbs({"GET": handler})) for path, handler in table.items()]

    async def _audio(self, request: Request) -> Response:
        uuid = request.path_params["uuid"]
        score = self._score(uuid)
        if score is None:
            return _no_leg(uuid)
        direction = parse_direction(request.query_params)
        span = _parse_span(request.query_params)
        begins, ends = self._media(score, uuid)
        first = min(begins + span[0], ends)
        last = ends if span[1] is None else min(begins + span[1], ends)
        gather = score.listening if direction == "heard" else score.saying
        sound = gather(uuid, first, max(first, last))
        header = wav_header(len(sound))
        return StreamingResponse(
            _wav(header, sound),
            media_type="audio/wav",
            headers={"content-length": str(len(header) + wav_bytes(len(sound)))},
        )

    async def _level(self, request: Request) -> Response:
        uuid = request.path_params["uuid"]
        score = self._score(uuid)
        if score is None:
            return _no_leg(uuid)
        if score.opened_ms(uuid) is None or score.closed_ms(uuid) is not None:
            return error_answer(409, "The leg has no media now.")
        at_ms = self._runtime.parts.timeline.now_ms() // EVERY_MS * EVERY_MS
        level = levels_of(score, at_ms, [uuid])[uuid]
        return json_answer(200, {"at": format_timestamp(at_ms), **level.to_wire()})

    async def _levels(self, _request: Request) -> Response:
        return StreamingResponse(
            _lines(self._meters),
            media_type="application/x-ndjson",
            headers={"cache-control": "no-store"},
        )

    def _score(self, uuid: str) -> Score | None:
        owner = self._runtime.owner_of_leg(uuid)
        return None if owner is None else self._runtime.plane(owner).score

    def _media(self, score: Score, uuid: str) -> tuple[int, int]:
        """Return from when to when a leg has had media so far."""
        leg, now = self._runtime.find(uuid), self._runtime.parts.timeline.now_ms()
        opened = score.opened_ms(uuid)
        if opened is not None:
            return opened, score.closed_ms(uuid) or now
        if leg is None or leg.answered_ms is None:
            return now, now
        return leg.answered_ms, leg.ended_ms or now


def _parse_span(query: Mapping[str, str]) -> tuple[int, int | None]:
    """Return `from` and `to`, in ms since media was up.

    Raises:
        BadControl: One of them is no whole number from 0 on, or they are the wrong way round.
    """
    found: dict[str, int] = {}
    for name in ("from", "to"):
        given = query.get(name)
        if given is None:
            continue
        if not (given.isascii() and given.isdigit() and len(given) <= 12):
            raise BadControl(name, "must be a whole number of milliseconds")
        found[name] = int(given)
    first, last = found.get("from", 0), found.get("to")
    if last is not None and last < first:
        raise BadControl("to", "must not be less than from")
    return first, last


async def _wav(header: bytes, sound: Excerpt) -> AsyncIterator[bytes]:
    yield header
    blocks = sound.blocks()
    while (block := await asyncio.to_thread(next, blocks, None)) is not None:
        yield to_bytes(block)


async def _lines(meters: Meters) -> AsyncIterator[bytes]:
    async for report in meters.reports():
        yield _line(report)


def _line(report: Report) -> bytes:
    levels = {leg: level.to_wire() for leg, level in report.levels.items()}
    return encode_json({"at": format_timestamp(report.at_ms), "levels": levels}) + b"\n"


def _no_leg(uuid: str) -> Response:
    return error_answer(404, f"There is no leg {uuid}.")
