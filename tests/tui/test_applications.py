"""The view of applications and numbers: digits and Esc, every state, and keys that ask first."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, Static

from console.actions.account import Account
from console.actions.registry import actions_of
from console.actions.target import Target
from console.client.applications import VoiceWebhooks
from console.client.voice_client import VoiceClient
from console.config.context import Confirm, Context
from console.journal.sqlite import SqliteJournal
from console.secret import Secret
from console.tui.screens.applications import ApplicationsScreen
from tests.client.platform import Answering, Platform, Reply, Seen, platform
from tests.tui.scene import busy_floor
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

OWN, OTHER, PLAIN = (f"{n}8d335fa-323d-0114-9c3d-d6f0d48968cf" for n in "712")
OURS = VoiceWebhooks(
    answer_url="http://127.0.0.1:41234/webhooks/answer",
    event_url="http://127.0.0.1:41234/webhooks/event",
    fallback_answer_url="http://127.0.0.1:41234/webhooks/fallback",
)
SIZES = [(80, 24), (100, 30), (140, 42)]


def application(id_: str, name: str, *hooks: str, **voice: Any) -> dict[str, Any]:
    names = ("answer_url", "event_url", "fallback_answer_url")
    webhooks = {n: {"address": url} for n, url in zip(names, hooks, strict=False)}
    capabilities = {"voice": {"webhooks": webhooks, **voice}} if hooks else {"messages": {}}
    return {
        "id": id_,
        "name": name,
        "keys": {"public_key": "-----BEGIN PUBLIC KEY-----"},
        "capabilities": capabilities,
    }


APPLICATIONS = [
    application(PLAIN, "Messages \x1b[2J客服"),
    application(
        OTHER,
        "Reception",
        "https://voice.reception.example/answer",
        "https://voice.reception.example/events",
        region="eu-west",
        signed_callbacks=False,
    ),
    application(OWN, "Desk", "https://desk.example/answer", "https://desk.example/events"),
]
NUMBERS = [
    {"country": "GB", "msisdn": "447700900001", "type": "mobile-lvn", "features": ["VOICE"]},
    {"country": "GB", "msisdn": "442079460000", "features": ["VOICE"], "app_id": OWN},
    {
        "country": "US",
        "msisdn": "12025550101",
        "features": ["VOICE", "SMS"],
        "voiceCallbackType": "tel",
        "voiceCallbackValue": "447700900999",
    },
]


def account_of(applications: Any = APPLICATIONS, numbers: Any = NUMBERS) -> Answering:
    def answer(seen: Seen) -> Reply:
        if seen.path == "/account/numbers":
            return Reply(200, {"count": len(numbers), "numbers": numbers} if numbers else {})
        return Reply(200, {"total_pages": 1, "_embedded": {"applications": applications}})

    return answer


@asynccontextmanager
async def opened(
    tmp_path: Path,
    answer: Answering | None = None,
    *,
    size: tuple[int, int] = (140, 42),
    confirm: Confirm = Confirm.ALWAYS,
    secret: str = "s3cr3t-of-the-account",
) -> AsyncIterator[tuple[Shown, Platform]]:
    """The app on a standing desk whose account is asked over a real socket."""
    desk = StandingDesk(busy_floor(), confirm=confirm)
    journal = SqliteJournal.open(
        tmp_path / "j.sqlite", clock=desk.clock, context="test", version="0"
    )
    async with platform(answer or account_of()) as there:
        context = Context(
            name="test",
            application_id=OWN,
            api_url=there.url,
            api_key="a1b2c3d4",
            api_secret=Secret(secret) if secret else None,
            sandbox_url=there.url,
        )
        client = VoiceClient(context, journal, clock=desk.clock, total_s=2.0)
        desk.account = Account(client.wire, desk.clock, ours=OURS)
        desk.performer.account = desk.account
        try:
            async with shown(desk, size=size) as seen:
                await seen.press("8")
                yield seen, there
        finally:
            await desk.account.close()
            await client.close()
            await journal.close()


def page(seen: Shown) -> ApplicationsScreen:
    screen = seen.app.screen
    assert isinstance(screen, ApplicationsScreen)
    return screen


async def until(seen: Shown, holds: Callable[[], bool]) -> None:
    """Wait until the account has told something."""
    account = seen.desk.account
    assert account is not None
    changed = asyncio.Event()
    leave = account.subscribe(changed.set)
    try:
        async with asyncio.timeout(10):
            while not holds():
                changed.clear()
                await changed.wait()
    finally:
        leave()
    page(seen).redraw()
    await seen.settle()
    seen.scene.clock.tick(0.4)


async def read(seen: Shown) -> None:
    account = seen.desk.account
    assert account is not None
    await until(seen, lambda: account.state.read_at_ms is not None or bool(account.state.trouble))


@pytest.mark.parametrize("size", SIZES)
async def test_what_the_account_has_is_shown_at_every_size(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(tmp_path, size=size) as (seen, _):
        await read(seen)
        assert len(seen.lines) == size[1]
        assert "calls > applications" in seen.lines[0]
        for part in ("Applications 3", "Numbers 3", "● Desk", "Reception", "→ Desk"):
            assert part in seen.text
        for part in ("desk.example", "voice.reception", "· not linked", "→ tel 447700900999"):
            assert part in seen.text
        assert "calls elsewhere; P points it here" in seen.text
        assert "\x1b" not in seen.text
        assert "Messages \\x1b[2J" in seen.text
        assert ("https://desk.example/answer" in seen.text) is (size[0] >= 110)
        await seen.press("enter")
        assert "https://desk.example/answer" in seen.text
        assert "elsewhere · GET · connect 1000 ms · read 5000 ms" in seen.text
        assert "calls > applications > Desk" in seen.lines[0]
        await seen.press("escape")
        assert "Numbers 3" in seen.text


async def test_digits_open_views_and_esc_goes_back_to_where_one_was(tmp_path: Path) -> None:
    async with opened(tmp_path) as (seen, there):
        await read(seen)
        first = page(seen)
        await seen.press("j")
        chosen = first.target
        await seen.press("escape")
        assert seen.app.screen is seen.screen
        assert " > ".join(seen.app.views.crumbs) == "calls"
        await seen.press("8")
        assert page(seen) is first
        assert first.target == chosen, "a view keeps its cursor"
        await seen.press("0")
        assert " > ".join(seen.app.views.crumbs) == "calls > audit", "views stand side by side"
        await seen.press("8")
        assert " > ".join(seen.app.views.crumbs) == "calls > applications"
        asked = len(there.seen)
        await seen.press("8", "1")
        assert seen.app.screen is seen.screen
        await seen.press("8", "escape", "escape", "j")
        assert seen.app.screen is seen.screen
        assert len(there.seen) == asked, "opening a view again asks nothing"


async def test_a_desk_without_an_account_has_no_such_view() -> None:
    async with shown() as seen:
        await seen.press("8")
        assert seen.app.screen is seen.screen
        await seen.press("question_mark")
        assert "applications and numbers" not in seen.text
        await seen.press("escape", ":", *"applications", "enter")
        assert "there is no such view here" in seen.lines[0]


async def test_the_panes_are_walked_and_details_follow(tmp_path: Path) -> None:
    async with opened(tmp_path) as (seen, _):
        await read(seen)
        assert page(seen).target == Target.application(OWN)
        await seen.press("G")
        assert page(seen).target == Target.application(OTHER)
        assert "eu-west" in seen.text
        await seen.press("tab")
        assert page(seen).target == Target.number("442079460000")
        assert "+44 20 7946 0000" in seen.text
        await seen.press("G")
        assert page(seen).target == Target.number("12025550101")
        assert "goes before the application" in seen.text
        await seen.press("tab", "tab", "escape")
        assert seen.app.screen is seen.screen


async def test_the_mouse_selects_and_opens(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(80, 24)) as (seen, _):
        await read(seen)
        y = next(place for place, line in enumerate(seen.lines) if "+1 202" in line)
        await seen.pilot.click(offset=(5, y))
        await seen.settle()
        assert page(seen).target == Target.number("12025550101")
        await seen.pilot.click(offset=(5, y), times=2)
        await seen.settle()
        assert "+1 202-555-0101" in seen.text
        assert page(seen).zoom.opened


async def test_the_filter_shows_only_what_matches(tmp_path: Path) -> None:
    async with opened(tmp_path) as (seen, _):
        await read(seen)
        await seen.press("slash", *"recep", "enter")
        assert "Applications 1 of 3" in seen.text
        assert "Numbers 0 of 3" in seen.text
        assert page(seen).target == Target.application(OTHER)
        await seen.press("escape")
        assert "Applications 3" in seen.text


async def test_an_empty_account_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path, account_of([], []), size=(80, 24)) as (seen, _):
        await read(seen)
        assert "This account has no applications" in seen.text
        assert "This account has no numbers" in seen.text
        await seen.press("e")
        assert "edit: select an application first" in seen.lines[0]


async def test_a_refusal_is_told_and_r_asks_again(tmp_path: Path) -> None:
    refused = True

    def answer(seen: Seen) -> Reply:
        return Reply(401, {"title": "Unauthorized"}) if refused else account_of()(seen)

    async with opened(tmp_path, answer, size=(80, 24)) as (seen, _):
        await read(seen)
        assert "could not be read: the account's credentials were refused" in seen.text
        assert "The applications are not known." in seen.text
        assert seen.text.count("voice-console info shows which key and secret are used") == 2
        refused = False
        account = seen.desk.account
        assert account is not None
        await seen.press("r")
        await until(seen, lambda: account.state.read_at_ms is not None)
        assert "could not be read" not in seen.text
        assert "Desk" in seen.text


async def test_while_it_is_asked_the_view_says_so(tmp_path: Path) -> None:
    wait = asyncio.Event()

    def answer(seen: Seen) -> Reply:
        reply = account_of()(seen)
        return Reply(reply.status, reply.body, after=wait)

    async with opened(tmp_path, answer) as (seen, _):
        assert "Asking for the applications" in seen.text
        assert "Asking for the numbers" in seen.text
        wait.set()
        await read(seen)
        assert "Asking for" not in seen.text


async def test_a_context_without_the_secret_names_the_setting(tmp_path: Path) -> None:
    async with opened(tmp_path, secret="", size=(80, 24)) as (seen, there):
        text = " ".join(seen.text.split())
        assert "has no api_secret; set it in the configuration" in text
        assert "VOICE_CONSOLE_API_SECRET" in text
        await seen.press("r")
        assert "no api_secret" in seen.lines[0]
        assert not there.seen


async def test_an_edit_shows_what_changes_and_asks_before_it_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as (seen, _):
        await read(seen)
        await seen.press("e")
        field = seen.app.screen.query_one("#field-answer", Input)
        assert field.has_focus
        assert field.value == "https://desk.example/answer"
        field.value = "https://new.example/answer"
        seen.app.screen.query_one("#field-answerread", Input).value = "90"
        await seen.settle()
        assert "Answer read is a whole number of milliseconds from 1000 to 5000" in seen.text
        seen.app.screen.query_one("#field-answerread", Input).value = "2500"
        await seen.press("enter")
        url = "Answer URL: https://desk.example/answer → https://new.example/answer"
        assert url in [str(each.render()) for each in seen.app.screen.query(Static)]
        assert "Answer read: 5000 → 2500" in seen.text
        await seen.press("enter")
        assert not seen.desk.performer.started, "the marked answer is no"
        await seen.press("e")
        seen.app.screen.query_one("#field-ttl", Input).value = "12"
        await seen.press("enter", "y")
        assert seen.desk.performer.started == [
            ("application.webhooks", Target.application(OWN), {"ttl": "12"})
        ]


async def test_what_is_wrong_is_in_sight_where_the_form_is_taller_than_the_screen(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, size=(80, 24)) as (seen, _):
        await read(seen)
        await seen.press("e", "f")
        assert "is not an http or https URL" in seen.text


async def test_pointing_here_asks_and_is_dimmed_where_it_points_here(tmp_path: Path) -> None:
    pointed = copy.deepcopy(APPLICATIONS)
    urls = (OURS.answer_url or "", OURS.event_url or "", OURS.fallback_answer_url or "")
    pointed[1] = application(OTHER, "Reception", *urls)
    async with opened(tmp_path, account_of(pointed)) as (seen, _):
        await read(seen)
        await seen.press("P")
        assert "http://127.0.0.1:41234/webhooks/event" in seen.text
        await seen.press("y")
        assert seen.desk.performer.started == [("application.point", Target.application(OWN), {})]
        await seen.press("G", "P")
        assert "come to this console already" in seen.lines[0]
        assert "→ this console" in seen.text


async def test_a_number_is_linked_by_choosing_and_unlinked_after_a_question(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as (seen, _):
        await read(seen)
        await seen.press("tab", "j", "l", *"recep", "down", "enter")
        assert seen.app.screen.query_one("#field-application", Input).value == OTHER
        await seen.press("enter")
        started = seen.desk.performer.started
        wanted = {"application": OTHER, "callback": "keep"}
        assert started == [("number.link", Target.number("447700900001"), wanted)]
        await seen.press("k", "U")
        assert "Nobody gets its calls then." in seen.text
        await seen.press("escape")
        assert "nothing was sent" in seen.lines[0]
        await seen.press("U", "y")
        assert started[1:] == [("number.unlink", Target.number("442079460000"), {})]
        await seen.press("j", "U")
        assert "linked to no application" in seen.lines[0]


@pytest.mark.slow
async def test_linking_what_is_linked_or_forwarded_asks(tmp_path: Path) -> None:
    async with opened(tmp_path) as (seen, _):
        await read(seen)
        await seen.press("tab", ":", *f"link {OTHER}", "enter")
        assert "They go to Desk" in seen.text
        await seen.press("n", "G", ":", *f"link callback=clear {OTHER}", "enter")
        assert "Its forwarding to tel 447700900999 is taken away." in seen.text
        await seen.press("y")
        assert [args["callback"] for _, _, args in seen.desk.performer.started] == ["clear"]


async def test_where_nothing_is_confirmed_nothing_is_asked(tmp_path: Path) -> None:
    async with opened(tmp_path, confirm=Confirm.NEVER) as (seen, _):
        await read(seen)
        await seen.press("P")
        assert [action for action, _, _ in seen.desk.performer.started] == ["application.point"]


async def test_an_action_shows_how_far_it_came_on_its_row(tmp_path: Path) -> None:
    async with opened(tmp_path) as (seen, _):
        await read(seen)
        seen.scene.asked("p1", "application.webhooks", application=OTHER, ttl="12")
        await seen.settle()
        page(seen).redraw()
        assert "edit asked …" in next(line for line in seen.lines if "Reception" in line)


@pytest.mark.slow
async def test_no_key_changes_anything_without_a_question(tmp_path: Path) -> None:
    async with opened(tmp_path) as (seen, _):
        await read(seen)
        for pane in (page(seen).applications, page(seen).numbers):
            for action in actions_of("application"):
                if not action.keys or action.id in ("quit", "calls.view"):
                    continue
                pane.focus()
                await seen.press(action.keys[0])
                while not isinstance(seen.app.screen, ApplicationsScreen):
                    if seen.app.screen is seen.screen:
                        await seen.press("8")
                        break
                    seen.app.pop_screen()
                page(seen).typed.left("")
                page(seen).step_back()
        assert not seen.desk.performer.started


async def test_copy_gives_the_id_or_what_the_api_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as (seen, _):
        await read(seen)
        await seen.press("y", "i")
        assert seen.app.clipboard == OWN
        await seen.press("y", "j")
        assert json.loads(seen.app.clipboard)["name"] == "Desk"


async def test_help_and_footer_have_the_keys_of_this_view_only(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(140, 60)) as (seen, _):
        await read(seen)
        foot = "\n".join(seen.lines[-2:])
        assert "point here" in foot
        assert "mute" not in foot
        await seen.press("question_mark")
        assert "Point the application's webhooks at this console." in seen.text
        assert "Mute the leg" not in seen.text
        await seen.press("escape", ":", *"mute", "enter")
        assert "this belongs to the view calls" in seen.lines[0]
