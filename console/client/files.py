"""Fetching a recording: the token only to whom it belongs, the bytes only where they belong."""

import asyncio
import hashlib
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from console.client.errors import (
    VoiceApiError,
    VoiceTimeout,
    VoiceUnreachable,
    VoiceUnsafeError,
    Where,
)
from console.client.ledger import Line
from console.client.pacing import Priority
from console.client.safety import check_name, may_have_token, parse
from console.client.wire import CONNECT_S, Wire, reason_of
from console.http import HTTPError, Response, Timeout, TimeoutException
from console.voice.errors import decode_problem

DEFAULT_LIMIT: Final = 512 * 1024 * 1024
"""Bytes; two hours of 16 kHz stereo WAV are 461 MB."""
SILENCE_S: Final = 10.0
"""A transfer that stands still for so long is over."""
_PROBLEM_LIMIT: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """A file that was fetched."""

    path: Path
    size: int
    content_type: str
    sha256: str


async def download(
    wire: Wire, url: str, directory: Path, name: str, *, limit: int, cause: str | None
) -> Downloaded:
    """Fetch `url` into `directory/name`; see `VoiceClient.download`."""
    check_name(name)
    if not may_have_token(url, wire.base):
        host = parse(url).host
        raise VoiceUnsafeError(f"{host} is not a host of the platform; the token is not sent there")
    renewed = False
    while True:
        place = await wire.pacer.requests.place(Priority.LOOK)
        try:
            wire.pacer.requests.sending(place)
            return await _once(wire, url, directory, name, limit=limit, cause=cause)
        except VoiceApiError as error:
            if error.status != 401 or renewed or not wire.credentials.renew():
                raise
            renewed = True
        finally:
            wire.pacer.requests.settle(place)


async def _once(
    wire: Wire, url: str, directory: Path, name: str, *, limit: int, cause: str | None
) -> Downloaded:
    request = wire.http.build_request(
        "GET",
        url,
        headers={"accept": "*/*", "authorization": f"Bearer {wire.credentials.token()}"},
        timeout=Timeout(SILENCE_S, connect=CONNECT_S),
    )
    line = Line(exchange=uuid.uuid4().hex, method="GET", url=str(request.url), cause=cause)
    await wire.ledger.asked(line, b"", must=False)
    started = wire.clock.monotonic_ns()
    where = Where("GET", request.url.host)
    try:
        response = await wire.http.send(request, stream=True)
        try:
            if response.status_code != 200:
                raw = await _problem(response)
                await _answered(wire, line, response, raw, started)
                raise VoiceApiError(decode_problem(response.status_code, raw))
            done = await _save(response, directory, name, limit)
        finally:
            await response.aclose()
    except TimeoutException as error:
        late = VoiceTimeout(where, SILENCE_S, sent=True)
        await wire.ledger.failed(line, error=late.sentence, sent=True)
        raise late from error
    except HTTPError as error:
        lost = VoiceUnreachable(where, reason_of(error), sent=True)
        await wire.ledger.failed(line, error=lost.sentence, sent=True)
        raise lost from error
    except VoiceUnsafeError as error:
        await wire.ledger.failed(line, error=error.sentence, sent=True)
        raise
    await _answered(
        wire,
        line,
        response,
        b"",
        started,
        size=done.size,
        sha256=done.sha256,
        content_type=done.content_type,
        file=str(done.path),
    )
    return done


async def _answered(
    wire: Wire, line: Line, response: Response, raw: bytes, started: int, **more: Any
) -> None:
    await wire.ledger.answered(
        line,
        raw,
        status=response.status_code,
        elapsed_ms=round((wire.clock.monotonic_ns() - started) / 1e6, 1),
        trace=response.headers.get("x-nexmo-trace-id", ""),
        more=more,
    )


async def _problem(response: Response) -> bytes:
    raw = bytearray()
    async for piece in response.aiter_bytes():
        raw += piece
        if len(raw) > _PROBLEM_LIMIT:
            break
    return bytes(raw[:_PROBLEM_LIMIT])


async def _save(response: Response, directory: Path, name: str, limit: int) -> Downloaded:
    said = response.headers.get("content-length", "")
    if said.isdecimal() and int(said) > limit:
        raise VoiceUnsafeError(f"the file has {int(said)} bytes, more than the {limit} allowed")
    try:
        folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise VoiceUnsafeError(
            f"{directory} is not a directory for files: {error.strerror}"
        ) from None
    try:
        size, digest = await _fill(response, folder, directory / name, limit)
    finally:
        os.close(folder)
    return Downloaded(
        path=directory / name,
        size=size,
        content_type=response.headers.get("content-type", ""),
        sha256=digest,
    )


async def _fill(response: Response, folder: int, path: Path, limit: int) -> tuple[int, str]:
    """Make the file `path.name` in `folder` and copy into it; a half one does not stay."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.open(path.name, flags, 0o600, dir_fd=folder)
    except FileExistsError:
        raise VoiceUnsafeError(f"{path} exists already; it is not replaced") from None
    except OSError as error:
        raise VoiceUnsafeError(f"{path} cannot be made: {error.strerror}") from None
    complete = False
    try:
        copied = await _copy(response, file, limit)
        complete = True
    except OSError as error:
        raise VoiceUnsafeError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        os.close(file)
        if not complete:
            os.unlink(path.name, dir_fd=folder)
    return copied


async def _copy(response: Response, file: int, limit: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    async for piece in response.aiter_bytes(1 << 16):
        size += len(piece)
        if size > limit:
            raise VoiceUnsafeError(f"the file has more than the {limit} bytes allowed")
        digest.update(piece)
        await _in_thread(partial(_write_all, file, piece))
    await _in_thread(partial(os.fsync, file))
    return size, digest.hexdigest()


async def _in_thread(write: Callable[[], None]) -> None:
    """Return when `write` is done, even where we are cancelled: its file is closed after it."""
    work = asyncio.get_running_loop().run_in_executor(None, write)
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work})
        raise


def _write_all(file: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(file, rest) :]
