"""What a desk needs to hear: whether the platform can reach it, and how loud everybody is."""

from collections.abc import Awaitable, Callable
from typing import Final

from console.client.level_stream import NoLevels, levels
from console.clock import Clock
from console.config.context import Context
from console.listening.room import Listening

AGAIN_S: Final = 2.0
"""Pause before a stream of levels that has ended is asked for again."""


def deaf_because(context: Context) -> str | None:
    """Return why nothing can be listened to in a context; None: it can."""
    if context.is_sandbox or context.receiver.public_url:
        return None
    return (
        "the platform must reach this console by WebSocket: set receiver.public_url to the"
        " address that a tunnel or a proxy gives it"
    )


async def follow_levels(
    listening: Listening, sandbox_url: str, clock: Clock, ask: Callable[[], Awaitable[None]]
) -> None:
    """Bring the levels of a sandbox to who looks at them, while anybody does.

    Args:
        listening: Who looks, and what is told.
        sandbox_url: Base of the sandbox.
        clock: Waits between two tries.
        ask: Asks the sandbox something when the levels end by themselves, and when they are back:
            the answer tells whether it is away, long before a key would.
    """
    away = False
    while True:
        await listening.levels.wanted.wait()
        try:
            async for report in levels(sandbox_url):
                if away:
                    away = False
                    await ask()
                listening.report(report)
                if not listening.wants_levels:
                    break
        except NoLevels:
            return
        finally:
            listening.levels.stop()
        if listening.wants_levels:
            if not away:
                away = True
                await ask()
            await clock.sleep(AGAIN_S)
        else:
            listening.levels.wanted.clear()
