"""The view of a sandbox on a real one: what is set shows, is proven, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from console.actions.outcome import Stage
from console.actions.perform import Performer
from console.actions.requests import ArgsError
from console.actions.sandbox_jobs import behaviour, faults
from console.client.sandbox_stage import SandboxStage
from console.desk import open_desk
from console.journal.record import Kind
from console.tui.dialogs.form import FormDialog
from console.tui.sandbox_facts import behaviour_words
from console.tui.screens.sandbox import SandboxScreen
from tests.real_sandbox import RealSandbox, real_sandbox
from tests.tui.screen import Shown, shown
from tests.tui.test_recordings_screen import on

FAR = "447700900155"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    with real_sandbox(folder, "--clock", "virtual") as started:
        yield started


def fill(seen: Shown, **fields: str) -> None:
    assert isinstance(seen.app.screen, FormDialog)
    for name, value in fields.items():
        seen.app.screen.query_one(f"#field-{name}", Input).value = value


async def test_numbers_faults_and_time_are_set_from_the_screen_and_proven(
    there: RealSandbox, tmp_path: Path
) -> None:
    async with open_desk(there.context(), journal_path=tmp_path / "j.sqlite") as desk:
        stage = SandboxStage(desk.client.wire, there.url)
        await stage.set_faults({"api": [{"path": "/v1/none", "status": 500}]}, cause="")
        async with on(desk, (140, 42)) as seen:
            await seen.press("9")
            await seen.wait_for(lambda: "seed" in seen.text and "virtual" in seen.text)
            assert isinstance(seen.app.screen, SandboxScreen)
            assert "default: answer after 1 s" in seen.text
            await seen.press("question_mark")
            assert "default  " in seen.text
            assert "It rings, and a person answers." in seen.text
            await seen.press("escape")
            await seen.press("b")
            fill(seen, number=FAR, after="2.5")
            await seen.press("right", "enter")
            await seen.wait_for(lambda: "busy after 2.5 s" in seen.text)
            await seen.wait_for(lambda: "behaviour proven ✓✓" in seen.text)
            await seen.press("f")
            fill(seen, duplicate="0.25", delay="40")
            await seen.press("enter")
            await seen.wait_for(lambda: "25 % twice" in seen.text and "40 ms late" in seen.text)
            await seen.wait_for(lambda: "faults proven ✓✓" in seen.text)
            assert "/v1/none 500" in seen.text, "rules that the form cannot say stay"
            await seen.press("F")
            await seen.wait_for(lambda: "no faults proven ✓✓" in seen.text)
            await seen.press("c")
            fill(seen, by="60")
            await seen.press("enter")
            await seen.wait_for(lambda: "clock proven ✓✓" in seen.text)
            await seen.press("g", "u")
            await seen.wait_for(lambda: "default proven ✓✓" in seen.text)
            assert (await stage.look()).behaviours == {}
            await seen.press("R")
            assert "Numbers, behaviours and faults stay" in seen.text
            await seen.press("enter")
            assert "nothing was sent" in seen.text
            await seen.press("R", "y")
            await seen.wait_for(lambda: "reset proven ✓✓" in seen.text)
        assert {each.stage for each in desk.store.floor.attempts()} == {Stage.PROVEN}
        polled = [
            record.meta["url"]
            async for record in desk.journal.read()
            if record.kind is Kind.REST_REQUEST and "/sandbox/webhooks" in record.meta["url"]
        ]
        assert not polled, "what is looked at for the screen is no exchange of the journal"


async def test_its_webhooks_are_listed_and_real_time_is_not_moved(tmp_path: Path) -> None:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    with real_sandbox(folder) as there:
        context = there.context()
        async with open_desk(context, journal_path=tmp_path / "j.sqlite") as desk:
            performer: Performer = desk.performer
            outcome = await performer.perform(
                "call.dialin", None, {"to": desk.numbers[0], "from": "447700900999"}
            )
            assert outcome.stage is Stage.PROVEN
            async with on(desk, (80, 24)) as seen:
                await seen.press("9")
                await seen.wait_for(lambda: "answer" in seen.text and "#1" in seen.text)
                await seen.press("c")
                assert "runs in real time" in seen.text
                assert all(len(line) == 80 for line in seen.lines)


async def test_without_a_sandbox_there_is_no_such_view() -> None:
    async with shown() as seen:
        await seen.press("9")
        assert seen.screen.views.here == "calls"
        assert "there is no such view here" in seen.text


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ({"behaviour": "nap"}, "Behaviour is one of"),
        ({"behaviour": "busy", "beep_after": "1"}, "Beep after is only for machine"),
        ({"behaviour": "busy", "after": "-1"}, "After: seconds"),
        ({"behaviour": "failed", "detail": "no"}, "Detail is one of cannot_route"),
        ({"behaviour": "busy", "greeting": "hi"}, "Greeting is only for"),
    ],
)
def test_what_a_sandbox_would_refuse_is_said_before(args: dict[str, str], reason: str) -> None:
    with pytest.raises(ArgsError, match=reason):
        behaviour(args)


def test_a_share_is_from_0_to_1() -> None:
    with pytest.raises(ArgsError, match="Drop is a share"):
        faults({"drop": "1.5"})
    assert faults({"drop": "1", "delay": "5"})["delay_ms"] == 5


def test_a_behaviour_is_told_in_words() -> None:
    assert behaviour_words(None) == "answer after 1 s"
    script = {"behaviour": "script", "steps": [{"wait": 1}], "after": 2}
    assert behaviour_words(script) == "script of 1 step after 2 s"
    assert behaviour_words({**script, "steps": [{}, {}]}) == "script of 2 steps after 2 s"
    machine = {"behaviour": "machine", "beep_after": 3, "hangup_after": 9.5, "greeting": "Hi"}
    said = "machine after 1 s beep after 3 s hangs up after 9.5 s “Hi”"
    assert behaviour_words(machine) == said


async def test_on_40_columns_one_pane_is_shown_at_a_time(
    there: RealSandbox, tmp_path: Path
) -> None:
    async with (
        open_desk(there.context(), journal_path=tmp_path / "j.sqlite") as desk,
        on(desk, (40, 12)) as seen,
    ):
        await seen.press("9")
        page = seen.app.screen
        assert isinstance(page, SandboxScreen)
        await seen.wait_for(lambda: bool(page.numbers.keys))
        await seen.settle()
        assert page.numbers.outer_size.width == 40
        await seen.press("tab", "tab")
        await seen.settle()
        assert page.query_one("#lists").outer_size.width == 0
        assert page.details.outer_size.width == 40
        await seen.press("tab")
        await seen.wait_for(lambda: page.numbers.outer_size.width == 40)
