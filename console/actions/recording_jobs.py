"""From a recording to the requests that fetch it, and to words for what stood in the way."""

import asyncio
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from console.actions.forms import Args
from console.actions.job import Done, Job
from console.actions.outcome import ActionError
from console.actions.requests import ArgsError
from console.actions.target import Target, TargetKind
from console.client.errors import VoiceApiError, VoiceError
from console.client.safety import may_have_token
from console.client.voice_client import VoiceClient

_REFUSED: Final = {
    401: "the token was refused: the recording is of another application, or the key is not this"
    " application's",
    403: "this application may not have it: it belongs to another one, or its access was taken",
    404: "there is no such file for this application: it expired (30 days after it was made), was"
    " deleted, or belongs to another application",
}


def file_name(url: str) -> str:
    """Return the name of the file that `url` is fetched to: always the same for one URL."""
    return str(uuid5(NAMESPACE_URL, url))


class RecordingJobs:
    """Makes the jobs on recordings.

    Args:
        client: Fetches with the application's token.
        folder: Where the files go; made when the first one is fetched.
    """

    def __init__(self, client: VoiceClient, folder: Path) -> None:
        self._client, self._folder = client, folder

    def make(self, target: Target | None, args: Args) -> Job:
        """Return what fetches a recording.

        Args:
            target: The recording.
            args: `url` of the recording and `words` of its transcription; one may be empty.

        Raises:
            ArgsError: There is nothing that could be fetched.
        """
        if target is None or target.kind is not TargetKind.RECORDING:
            raise ArgsError("select a recording first")
        urls = [url for name in ("url", "words") if (url := args.get(name, ""))]
        if not urls:
            raise ArgsError("it was reported without a file: there is nothing to fetch")
        for url in urls:
            if not may_have_token(url, self._client.wire.base):
                raise ArgsError(
                    f"{url} is not on a host of the platform; the token is not sent there"
                )

        async def run(cause: str) -> Done:
            await asyncio.to_thread(self._make_folder)
            for url in urls:
                await self._fetch(url, cause)
            return Done()

        return Job(run=run, args={"recording": target.id, **args})

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ActionError(f"{self._folder} cannot be made: {error.strerror}", error) from error

    async def _fetch(self, url: str, cause: str) -> None:
        try:
            await self._client.download(url, self._folder, file_name(url), cause=cause)
        except VoiceApiError as error:
            known = _REFUSED.get(error.status)
            said = f"{known} ({error.status})" if known is not None else error.sentence
            raise ActionError(said, error) from error
        except VoiceError as error:
            raise ActionError(error.sentence, error) from error
