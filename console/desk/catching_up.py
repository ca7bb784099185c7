"""What a desk asks for when it opens: what a sandbox has, and which calls are up."""

from typing import Final

from console.client.errors import VoiceError, VoiceTimeout, VoiceUnreachable
from console.client.sandbox_control import SandboxControl
from console.client.voice_client import VoiceClient
from console.config.context import Context
from console.desk.status import DeskError
from console.voice.calls import CallFilter
from console.voice.statuses import Status

CAUGHT_UP: Final = (Status.STARTED, Status.RINGING, Status.ANSWERED)
"""Calls in these are asked for when a desk opens; what ended before is of no use to it."""
START_ONE: Final = (
    "Start one with voice-console sandbox (--scenario demo brings callers),"
    " or just look round with voice-console demo, which starts its own"
)


def check_told(context: Context) -> None:
    """Check that there is a sandbox: one that runs keeps a file from which its context is made.

    Raises:
        DeskError: There is none, or it has ended.
    """
    if context.is_sandbox and context.private_key is None:
        raise DeskError(
            f"No sandbox is running on this machine. {START_ONE}."
            " If one runs elsewhere, name the file it wrote in VOICE_CONSOLE_SANDBOX_ENV."
        )


async def meet_sandbox(client: VoiceClient, sandbox: SandboxControl) -> tuple[str, ...]:
    """Return our own numbers: the context's, then those it does not name.

    The sandbox's regions are told to the client on the way.

    Raises:
        DeskError: There is no sandbox.
    """
    try:
        told = await sandbox.overview()
    except VoiceError as error:
        raise no_sandbox(client.context, error) from error
    client.regions.know({one.name: (one.http, one.region_url) for one in told.regions})
    return tuple(dict.fromkeys((*client.context.numbers, *told.numbers)))


async def ask_for_live(client: VoiceClient, sandbox: SandboxControl | None) -> None:
    """Ask for the calls that are up; the answers reach the floor through the journal.

    Raises:
        VoiceError: Nobody answered, or it was refused.
    """
    if sandbox is not None:
        await sandbox.legs()
        return
    for status in CAUGHT_UP:
        async for _ in client.pages(CallFilter(status=status, page_size=100)):
            pass


def no_sandbox(context: Context, error: VoiceError) -> DeskError:
    """Return what is told where no sandbox answers."""
    told = f"There is no sandbox at {context.sandbox_url}: {error.sentence}. {START_ONE}"
    return DeskError(told, error if isinstance(error, VoiceUnreachable | VoiceTimeout) else None)
