"""An app that is started for one run, with the sandbox's environment, and ended with it."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final, Self

from console.sandbox.errors import SandboxError

_START_S: Final = 30.0
"""So long it may take until it listens."""
_LOOK_S: Final = 0.1
_END_S: Final = 5.0


class AppProcess:
    """A process; its output goes to our standard error.

    Args:
        command: Its words.
        environment: Added to ours.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = tuple(command)
        self._environment = {**os.environ, **environment}
        self._process: asyncio.subprocess.Process | None = None
        self._until_s = 0.0

    async def __aenter__(self) -> Self:
        """Start it.

        Raises:
            SandboxError: There is no such program.
        """
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=2,
                env=self._environment,
            )
        except OSError as error:
            raise SandboxError(
                f"{self._command[0]} cannot be started: {error.strerror}."
            ) from error
        self._until_s = asyncio.get_running_loop().time() + _START_S
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it: asked to, then by force."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(_END_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def runs(self) -> bool:
        """Wait a little; tell whether it still runs and has time to begin to listen."""
        process = self._process
        if process is None:
            return False
        try:
            async with asyncio.timeout(_LOOK_S):
                await process.wait()
        except TimeoutError:
            return asyncio.get_running_loop().time() < self._until_s
        return False

    def why(self, url: str) -> str:
        """Return why it does not listen."""
        code = None if self._process is None else self._process.returncode
        if code is not None:
            return f"{self._command[0]} ended ({code}) before it listened at {url}."
        return f"{self._command[0]} does not listen at {url} after {_START_S:g} s."
