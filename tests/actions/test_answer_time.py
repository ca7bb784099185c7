"""An app that is slow to answer, on the real sandbox: the floor tells what the platform does."""

import asyncio
from pathlib import Path

import pytest

from console.client.applications import Applications
from console.config.context import Route
from console.desk import open_desk
from console.floor.views import Leg
from console.voice.applications import HookChange, VoiceChange
from tests.actions.conftest import CALLER
from tests.client.platform import Reply, platform
from tests.real_sandbox import real_sandbox


@pytest.mark.slow
@pytest.mark.conforms(
    "5.4", "the console tells that an answer was late, by the application's limit"
)
@pytest.mark.conforms("5.5", "the console sees the fallback come after two late answers")
async def test_an_app_that_answers_late(tmp_path: Path) -> None:
    release = asyncio.Event()
    late = Reply(200, [{"action": "talk", "text": "Too late"}], after=release)
    with real_sandbox(tmp_path) as there:
        async with platform(lambda seen: late) as app:
            context = there.context(routes=(Route(number="*", forward=f"{app.url}/answer"),))
            async with open_desk(context, journal_path=tmp_path / "j.sqlite") as desk:
                hooks = {"answer_url": HookChange(socket_ms=1_000)}
                await Applications(desk.client.wire).change(VoiceChange(hooks=hooks))
                assert desk.sandbox is not None
                made = await desk.sandbox.dial_in(context.numbers[0], CALLER)
                changed = asyncio.Event()
                leave = desk.store.subscribe(lambda _: changed.set())

                def leg() -> Leg | None:
                    return desk.store.floor.leg(made.uuid)

                async def until_asked(times: int) -> Leg:
                    while (found := leg()) is None or len(found.answers) < times:
                        changed.clear()
                        await changed.wait()
                    return found

                async with asyncio.timeout(10):
                    (first,) = (await until_asked(1)).answers
                    assert (first.nth, first.limit_ms, first.replied_ms) == (1, 1_000, None)
                    await until_asked(3)
                    release.set()
                    while any(one.replied_ms is None for one in (await until_asked(3)).answers):
                        changed.clear()
                        await changed.wait()
                leave()
                found = leg()
                assert found is not None
                now_ms = desk.clock.now_ns() // 1_000_000
                told = [(one.fallback, one.nth, one.late(now_ms)) for one in found.answers]
                assert told == [(False, 1, True), (False, 2, True), (True, 1, False)]
                assert found.answers[2].limit_ms == 5_000
