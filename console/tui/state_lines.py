"""What the state of something that is no leg says, for `?`: of recordings, listenings, the account.

Each is told as a status is (`console.tui.status_lines`): what it means, who sends it, what follows.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from console.floor.recorded import DUE_S, Tape
from console.listening.aim import State
from console.text import clean
from console.tui.recording_facts import state_words
from console.tui.status_lines import Line
from console.voice.own_numbers import OwnNumber

if TYPE_CHECKING:
    from console.actions.account import Account
    from console.voice.applications import Application

_SESSIONS: Final[Mapping[State, tuple[str, str, str, str]]] = MappingProxyType(
    {
        State.JOINING: (
            "A leg of this console is on its way into the conversation; nothing is heard yet.",
            "this console; the platform then opens a WebSocket to it",
            "Wait: it takes about a second.",
            "live, ended",
        ),
        State.LIVE: (
            "The sound comes, 50 frames a second, and is written to its file.",
            "the platform, over the WebSocket of our leg",
            "Enter plays it on your speakers; nobody in the call hears you.",
            "adrift, ended",
        ),
        State.ADRIFT: (
            "What was listened to went to where our leg is not.",
            "the platform, by the event of a transfer",
            "l leaves; l again listens where it is now.",
            "live, ended",
        ),
        State.ENDED: (
            "Our leg is out of the conversation.",
            "the platform or this console, whoever closed the WebSocket",
            "What was heard is in its file.",
            "",
        ),
    }
)
_END: Final = "nothing: this is the end"


def session_lines(state: State) -> tuple[Line, ...]:
    """Return the lines on how far a listening is."""
    what, sender, then, follows = _SESSIONS[state]
    return (
        (state.value, what),
        ("sent by", sender),
        ("then", then),
        ("may follow", follows or _END),
    )


def tape_lines(tape: Tape, now_ms: int, key: str) -> tuple[Line, ...]:
    """Return the lines on a recording; `key` fetches it."""
    said = state_words(tape, now_ms)[0]
    event = "the platform, as the event of the recording"
    if tape.missing:
        return (
            (said, "Its script has the call recorded and the call is over; no event tells a file."),
            ("sent by", f"nobody: this console reckons it {DUE_S} s after the end of the call"),
            ("caused by", "an action record that was never reached, or an event that was lost"),
            ("then", "The ladder shows how far the script came."),
            ("may follow", "the event, late; then it can be fetched"),
        )
    if tape.recording.lost:
        return (
            (said, "The platform tells of the recording, and of no file."),
            ("sent by", event),
            ("then", "It cannot be fetched; record again."),
            ("may follow", _END),
        )
    if tape.file is not None:
        return (
            (said, "The file is on this machine; its size and SHA-256 are those of the download."),
            ("sent by", "this console, which asked the platform for it"),
            ("then", "Enter shows where it is, and what was said."),
            ("may follow", _END),
        )
    if tape.expires_ms is not None and tape.expires_ms <= now_ms:
        return (
            (said, "The platform kept the file for 30 days, and these are over."),
            ("sent by", "nobody: this console reckons it from when it was made"),
            ("then", "A fetch is answered with an error; record again."),
            ("may follow", _END),
        )
    days = tape.days_left(now_ms)
    left = "" if days is None else f"; {days} {'is' if days == 1 else 'are'} left"
    return (
        (said, f"The file is at the platform, which keeps it for 30 days{left}."),
        ("sent by", event),
        ("then", f"{key} fetches it, with its transcription where there is one."),
        ("may follow", "fetched ✓, expired"),
    )


def application_lines(
    account: "Account", application: "Application", key: str, edits: str
) -> tuple[Line, ...]:
    """Return the lines on where the webhooks of an application go.

    `key` points them here, `edits` opens the form of all of them.
    """
    told = ("sent by", "the platform, when it was asked for the applications")
    if not application.voice:
        return (
            ("no voice", "The application has no voice: no call asks it what to do."),
            told,
            ("then", f"{edits} sets a webhook, which switches voice on."),
        )
    if account.points_here(application):
        return (
            ("this console", "Each call of this application asks this console for its NCCO."),
            told,
            ("then", "A call to one of its numbers shows up in the calls."),
        )
    if not application.hooks:
        return (
            ("no webhooks", "A call to one of its numbers ends: there is nobody to ask."),
            told,
            ("then", f"{key} points its webhooks here."),
        )
    return (
        ("elsewhere", "Each call of this application asks another server for its NCCO."),
        told,
        ("then", f"{key} points its webhooks here; that server gets no more of them."),
    )


def number_lines(number: OwnNumber, linked_to: str, key: str, unlinks: str) -> tuple[Line, ...]:
    """Return the lines on what a call to a number of the account leads to.

    `key` links it to an application, `unlinks` takes it from there.
    """
    told = ("sent by", "the platform, when it was asked for the numbers")
    if number.forwards:
        return (
            ("forwarded", "A call goes on to an address; no webhook asks what to do with it."),
            told,
            ("then", f"{key} links it to an application, which takes its place."),
        )
    if number.app_id:
        name = clean(linked_to, limit=80)
        return (
            ("linked", f"A call asks the answer URL of “{name}” what to do."),
            told,
            ("then", f"{unlinks} unlinks it; then a call to it ends."),
        )
    return (
        ("not linked", "A call to it ends: no application is asked what to do."),
        told,
        ("then", f"{key} links it to an application."),
    )
