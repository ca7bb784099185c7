"""How loud the legs of a sandbox are, ten times a second; told to nobody but the screen."""

from collections.abc import AsyncIterator, Mapping

import msgspec

from console.http import AsyncClient, HTTPError, InvalidURL, Timeout

SILENT_S = 5.0
"""A stream that says nothing for so long is over; a virtual clock may stand still."""


class NoLevels(Exception):
    """This sandbox tells no levels."""


class _Level(msgspec.Struct, frozen=True):
    said_db: float


class _Report(msgspec.Struct, frozen=True):
    levels: dict[str, _Level]


_DECODER = msgspec.json.Decoder(_Report)


async def levels(sandbox_url: str) -> AsyncIterator[Mapping[str, float]]:
    """Yield by leg how loud what its far end says was over 100 ms, dB of full scale.

    `GET /sandbox/levels`: one JSON object on each line. It ends when the connection does; it is
    no exchange of the journal.

    Raises:
        NoLevels: The sandbox is of another version, which has no such stream.
    """
    patience = Timeout(SILENT_S)
    async with AsyncClient(trust_env=False, timeout=patience) as client:
        try:
            url = f"{sandbox_url.rstrip('/')}/sandbox/levels"
            async with client.stream("GET", url) as answer:
                if answer.status_code != 200:
                    raise NoLevels(f"the sandbox answered {answer.status_code}")
                async for line in answer.aiter_lines():
                    told = _DECODER.decode(line).levels
                    yield {leg: level.said_db for leg, level in told.items()}
        except msgspec.DecodeError as error:
            raise NoLevels(str(error)) from None
        except (HTTPError, InvalidURL):
            return
