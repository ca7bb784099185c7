"""One registry: every action is reachable, no two keys clash, every reason is plain words."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.actions.command import parse_command
from console.actions.forms import FORMS
from console.actions.keys_page import keys_page
from console.actions.registry import (
    ACTIONS,
    BY_COMMAND,
    BY_ID,
    Action,
    Scope,
    actions_of,
    for_key,
)
from console.actions.target import Situation, Target, TargetKind
from console.actions.time_actions import TIME
from console.actions.view_actions import VIEW_ACTIONS, view_of
from console.voice.statuses import ENDED, Status

KEYS = {
    "n": "call.create",
    "m": "leg.mute",
    "M": "leg.earmuff",
    "t": "leg.transfer",
    "s": "leg.say",
    "S": "leg.stream",
    ".": "leg.stop",
    "d": "leg.dtmf",
    "D": "leg.pad",
    "#": "leg.digits",
    "X": "leg.hangup",
    "ctrl+r": "reconcile",
    "l": "leg.listen",
    "v": "audio.speakers",
    "{": "audio.quieter",
    "}": "audio.louder",
    "i": "call.dialin",
    "y": "copy",
    ";": "note",
    "*": "bookmark",
    "/": "filter",
    "f3": "filter",
    "f7": "filter",
    "?": "help",
    "f1": "help",
    "f8": "theme",
    ":": "command",
    "ctrl+p": "palette",
    "tab": "pane.next",
    "shift+tab": "pane.previous",
    "j": "row.down",
    "down": "row.down",
    "k": "row.up",
    "up": "row.up",
    "g": "row.first",
    "home": "row.first",
    "G": "row.last",
    "end": "row.last",
    "enter": "ladder",
    "x": "ladder.extended",
    "f4": "ladder.extended",
    "o": "facts",
    "p": "pause",
    "q": "quit",
    "ctrl+c": "quit",
    "ctrl+z": "suspend",
    "ctrl+t": "time.travel",
    "H": "leg.hold",
    "z": "undo",
    "Z": "redo",
    "space": "mark",
    "r": "mark.range",
    "ctrl+@": "mark.range",
    "ctrl+backslash": "mark.clear",
    "f5": "mark.clear",
    "+": "pane.zoom",
    "_": "pane.shrink",
    "[": "tab.before",
    "]": "tab.after",
    "<": "sort.before",
    ">": "sort.after",
    "f10": "sort",
    "ctrl+d": "rows.down",
    "ctrl+u": "rows.up",
    "pagedown": "page.down",
    "pageup": "page.up",
    "escape": "back",
    "1": "calls.view",
    "3": "webhook.view",
    "4": "ncco.view",
    "5": "audio.view",
    "6": "figures.view",
    "7": "recording.view",
    "8": "application.view",
    "9": "sandbox.view",
    "0": "audit.view",
    "@": "audit.view",
}
ACCOUNT_KEYS = {
    "e": "application.webhooks",
    "P": "application.point",
    "l": "number.link",
    "U": "number.unlink",
    "r": "refresh",
    "ctrl+r": "refresh",
    "enter": "details",
}
DANGEROUS = {"leg.hangup", "conversation.hangup", "sandbox.reset", *list(ACCOUNT_KEYS.values())[:4]}
VIEWS = [view for action in VIEW_ACTIONS if (view := view_of(action))]
LEG = Target.leg("0779a56d002f1c7f47f82ef5fe84ab79")
APP = Target.application("78d335fa-323d-0114-9c3d-d6f0d48968cf")
NUMBER = Target.number("447700900001")
ROOM = Target.conversation("CON-1")
CALM = Situation(target=LEG, status=Status.ANSWERED, live_legs=2)


def test_the_keys_are_these_and_no_others() -> None:
    assert {key: action.id for action in actions_of("calls") for key in action.keys} == KEYS
    shared = {
        "copy",
        "filter",
        *(f"sort{n}" for n in ("", ".before", ".after")),
        "pane.zoom",
        "pane.shrink",
    }
    everywhere = {key: id_ for key, id_ in KEYS.items() if BY_ID[id_].is_in("no view")}
    kept = {key: id_ for key, id_ in KEYS.items() if id_ in shared}
    there = {key: action.id for action in actions_of("application") for key in action.keys}
    assert there == everywhere | kept | ACCOUNT_KEYS
    for key, action in KEYS.items():
        found = for_key(key)
        assert found is not None
        assert found.id == action
    assert for_key("W") is None


def test_no_two_actions_share_a_key_an_id_or_a_command() -> None:
    for names in (
        *([key for action in actions_of(view) for key in action.keys] for view in (*VIEWS, TIME)),
        [action.id for action in ACTIONS],
        [action.command for action in ACTIONS],
        *([action.label for action in actions_of(view)] for view in VIEWS),
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_whole(action: Action) -> None:
    assert BY_ID[action.id] is action
    assert BY_COMMAND[action.command] is action
    assert parse_command(f":{action.command}").action is action
    assert action.form is None or action.form in FORMS
    assert action.help.endswith(".")
    assert len(action.label) <= 14, "the footer has 80 columns"
    assert action.dangerous is (action.id in DANGEROUS)
    if action.footer:
        assert action.keys, "what is in the footer has a key"


def test_no_plain_letter_ends_a_call_without_a_question() -> None:
    for action in ACTIONS:
        if "hangup" in action.id:
            assert action.dangerous
            assert not [key for key in action.keys if key.islower() or key.startswith("ctrl")]


def test_what_the_footer_shows_begins_with_the_calls() -> None:
    for view in VIEWS:
        scopes = [action.scope for action in actions_of(view)]
        assert scopes == sorted(scopes, key=lambda scope: scope is Scope.VIEW)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_every_form_is_whole(form: object) -> None:
    made = FORMS[getattr(form, "name", "")]
    names = [field.name for field in made.fields]
    assert made.rest in names
    assert len(set(names)) == len(names)
    for field in made.fields:
        assert not field.choices or field.default in field.choices
    assert made.name in {action.form for action in ACTIONS}


@pytest.mark.parametrize(
    ("action", "situation", "reason"),
    [
        ("leg.mute", CALM, None),
        (
            "leg.mute",
            replace(CALM, status=Status.RINGING),
            "this leg is ringing; mute needs an answered leg",
        ),
        (
            "leg.mute",
            replace(CALM, status=None),
            "this leg is not answered yet; mute needs an answered leg",
        ),
        ("leg.say", replace(CALM, status=Status.RINGING), None),
        ("leg.say", replace(CALM, status=Status.COMPLETED), "this leg is over (completed)"),
        ("leg.say", replace(CALM, status=Status.BUSY), "this leg is over (busy)"),
        (
            "leg.stream",
            replace(CALM, status=Status.STARTED),
            "this leg is started; stream needs an answered leg",
        ),
        (
            "leg.stop",
            replace(CALM, status=Status.RINGING),
            "this leg is ringing; stop needs an answered leg",
        ),
        ("leg.stop", replace(CALM, status=Status.RINGING, queued=True), None),
        ("leg.mute", replace(CALM, status=Status.MACHINE), None),
        ("leg.mute", replace(CALM, target=None), "select a leg first"),
        (
            "leg.mute",
            replace(CALM, target=ROOM),
            "this is a conversation; select one of its legs",
        ),
        ("leg.mute", replace(CALM, known=False), "this leg is not on the floor"),
        ("leg.mute", replace(CALM, replay=True), "this is a replay"),
        (
            "leg.mute",
            replace(CALM, can_send=False),
            "this context has no application or private key; see voice-console info",
        ),
        ("leg.hangup", replace(CALM, status=Status.RINGING), None),
        ("leg.hangup", replace(CALM, target=ROOM), None),
        (
            "leg.hangup",
            replace(CALM, target=ROOM, live_legs=0),
            "nobody is in this conversation any more",
        ),
        ("leg.hangup", replace(CALM, target=None), "select a leg or a conversation first"),
        ("conversation.hangup", CALM, None),
        (
            "conversation.hangup",
            replace(CALM, live_legs=0),
            "this leg's conversation has no live legs",
        ),
        ("call.create", Situation(), None),
        ("call.create", Situation(replay=True), "this is a replay"),
        ("call.dialin", Situation(sandbox=True, can_send=False), None),
        (
            "call.dialin",
            Situation(),
            "only a sandbox can be dialled into from here; on the real platform use a phone",
        ),
        ("sandbox.reset", Situation(sandbox=True, can_send=False), None),
        ("sandbox.reset", Situation(), "the other end is no sandbox"),
        ("sandbox.faults", Situation(sandbox=True, past=True), "you are looking at the past"),
        ("recording.fetch", Situation(target=LEG), "select a recording first"),
        ("recording.fetch", Situation(target=Target.recording("r")), None),
        ("copy", Situation(), None),
        ("copy", Situation(target=LEG, replay=True), None),
        ("quit", Situation(replay=True), None),
        ("application.webhooks", Situation(target=APP), None),
        ("application.webhooks", Situation(target=NUMBER), "select an application first"),
        ("application.webhooks", Situation(target=APP, replay=True), "this is a replay"),
        ("application.webhooks", Situation(target=APP, account_missing="no key"), "no key"),
        ("application.point", Situation(target=APP), None),
        (
            "application.point",
            Situation(target=APP, pointed=True),
            "its webhooks come to this console already",
        ),
        ("number.link", Situation(target=NUMBER, can_send=False), None),
        ("number.link", Situation(), "select a number first"),
        (
            "number.unlink",
            Situation(target=NUMBER),
            "this number is linked to no application",
        ),
        ("number.unlink", Situation(target=NUMBER, linked=True), None),
        ("refresh", Situation(account_missing="no key"), "no key"),
    ],
)
def test_why_an_action_cannot_run(action: str, situation: Situation, reason: str | None) -> None:
    assert BY_ID[action].unavailable(situation) == reason


SITUATIONS = st.builds(
    Situation,
    target=st.sampled_from([None, LEG, ROOM, APP, NUMBER]),
    known=st.booleans(),
    status=st.sampled_from([None, *Status]),
    muted=st.booleans(),
    earmuffed=st.booleans(),
    playing=st.booleans(),
    queued=st.booleans(),
    live_legs=st.integers(0, 3),
    replay=st.booleans(),
    sandbox=st.booleans(),
    can_send=st.booleans(),
    account_missing=st.sampled_from([None, "the context has no api_key"]),
    linked=st.booleans(),
    pointed=st.booleans(),
)


@given(SITUATIONS)
def test_in_any_situation_an_action_runs_or_says_why(situation: Situation) -> None:
    for action in ACTIONS:
        reason = action.unavailable(situation)
        assert reason is None or (reason and reason[0].islower() and not reason.endswith("."))
        if action.scope is Scope.DESK and situation.replay:
            assert reason == "this is a replay"
        if reason is None and action.target is TargetKind.LEG and action.scope is Scope.DESK:
            assert situation.target == LEG
            assert situation.status not in ENDED


def test_the_page_of_keys_is_fresh() -> None:
    page = Path(__file__).parents[2] / "docs" / "keys.md"
    assert page.read_text("utf-8") == keys_page(), (
        "run: python -m console.actions.keys_page > docs/keys.md"
    )


def test_only_a_replay_is_stopped_as_a_live_desk_would_answer_no_webhook() -> None:
    why = BY_ID["suspend"].unavailable
    assert why(Situation(replay=True)) is None
    for live in (Situation(), Situation(replay=True, past=True), Situation(can_send=False)):
        assert "answer no webhook" in (why(live) or "")
