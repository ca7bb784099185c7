"""The copy menu: what of a thing fits on the clipboard, and where that clipboard is."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from textual.screen import Screen

from console.config import paths
from console.config.write import write_whole
from console.journal.record import JournalError
from console.tasks import spawn
from console.text import clean
from console.tui.dialogs.question import Option, Question

LETTERS: Final[Mapping[str, str]] = {
    "id": "iy",
    "leg": "l",
    "conversation": "v",
    "json": "j",
    "raw": "r",
    "reply": "a",
    "curl": "c",
    "python": "p",
    "node": "n",
    "url": "u",
    "file": "f",
}
"""What can be copied, and the keys of the menu."""
_NO_CLIPBOARD: Final = {"linux", "dumb", "vt100", "vt220"}
"""Values of TERM of terminals that have none."""


class NothingToCopy(Exception):
    """There is no such thing; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One line of the menu."""

    what: str
    """One of `LETTERS`."""
    label: str
    """What it is in words; safe text."""
    text: Callable[[], Awaitable[str]] | str
    """May raise NothingToCopy or JournalError."""


class Host(Protocol):
    """The screen that asks."""

    def say(self, sentence: str) -> None:
        """Tell what came of it."""

    def push(self, question: Screen[Any], answered: Callable[[Any], None]) -> None:
        """Ask."""

    @property
    def put(self) -> Callable[[str], None]:
        """Puts a text on the clipboard."""


def ask(host: Host, title: str, copies: Sequence[Copy], given: str | None = None) -> None:
    """Show the menu, then copy; with `given` copy that at once."""
    if not copies:
        host.say("copy: there is nothing to copy here")
        return
    if given is not None:
        found = next((each for each in copies if each.what == given), None)
        if found is None:
            there = ", ".join(each.what for each in copies)
            host.say(f"copy: there is no {given} of this; there is {there}")
            return
        spawn(_copy(host, found), name="copy")
        return
    options = [Option(each.what, each.label, LETTERS[each.what]) for each in copies]

    def answered(answer: str | None) -> None:
        for each in copies:
            if each.what == answer:
                spawn(_copy(host, each), name="copy")

    host.push(Question(title, ["What of it?"], options, default=copies[0].what), answered)


async def _copy(host: Host, copy: Copy) -> None:
    try:
        text = copy.text if isinstance(copy.text, str) else await copy.text()
    except (NothingToCopy, JournalError, ValueError) as error:
        host.say(f"copy: {error}")
        return
    host.put(text)
    where, reached = clipboard(os.environ)
    if reached:
        size = f", {len(text)} characters," if len(text) > 60 else ""
        host.say(f"copied{size} {where}: {clean(text, limit=120)}")
        return
    try:
        path = await asyncio.to_thread(_save, copy.what, text)
    except OSError as error:
        host.say(f"not copied: {where}, and nothing could be saved: {error}")
        return
    host.say(f"copied to {path}: {where}")


def clipboard(environ: Mapping[str, str]) -> tuple[str, bool]:
    """Return where the clipboard is in words, and whether the terminal can be reached at all.

    What is copied goes to the terminal one sits at (OSC 52), through SSH as well. No terminal
    says whether it took it.
    """
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return "this terminal takes no clipboard from programs", False
    if environ.get("TERM", "") in _NO_CLIPBOARD:
        return "this terminal has no clipboard", False
    if environ.get("TMUX"):
        return "through tmux (it needs: set -g set-clipboard on)", True
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        return "GNU screen passes no clipboard on", False
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return "to the clipboard of the machine you sit at", True
    return "to the clipboard", True


def _save(what: str, text: str) -> Path:
    suffix = {"json": "json", "python": "py", "node": "js", "curl": "sh"}.get(what, "txt")
    now = datetime.now(UTC)
    target = paths.exports_dir() / f"copied-{now:%Y%m%d-%H%M%S}.{suffix}"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, text)
    return target
