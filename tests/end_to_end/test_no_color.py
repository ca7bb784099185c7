"""What the console writes to a terminal where the user wants no colour, byte by byte."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.terminal import Terminal
from tests.end_to_end.test_endings import recorded as recorded

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

_LOOK = re.compile(rb"\x1b\[([0-9;:]*)m")
_OSC_COLOR = re.compile(rb"\x1b\](?:4|10|11|12);")


def colors(raw: bytes) -> set[bytes]:
    """Return the parts of all looks in `raw` that set a colour, of the text or behind it."""
    found: set[bytes] = set()
    for look in _LOOK.findall(raw):
        for part in look.replace(b":", b";").split(b";"):
            number = int(part or b"0")
            if 30 <= number <= 49 or 90 <= number <= 107:
                found.add(look)
    return found


def walked(journal: Path, **env: str) -> bytes:
    """Go through the views, a form, help and a question; return all that was written."""
    with Terminal("replay", str(journal), "--all", env=env, size=(100, 30)) as terminal:
        terminal.see("support-7")
        for key, part in (
            ("enter", "[this call]"),
            ("3", "> webhooks"),
            ("4", "> NCCO"),
            ("6", "> figures"),
            ("7", "> recordings"),
            ("0", "> audit"),
            ("1", "┏━ Calls"),
        ):
            terminal.press(key)
            terminal.see(part)
        for key, part in (("?", "Help ·"), ("/", "caller"), ("y", "Copy ·")):
            terminal.press(key)
            terminal.see(part)
            terminal.press("escape")
            terminal.until(lambda text: part not in text, what="it is left")  # noqa: B023  # it is waited for here
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.restored()
    return terminal.raw


def test_no_colour_is_written_where_none_is_wanted(recorded: Path) -> None:
    colored = walked(recorded, COLORTERM="truecolor")
    assert len(colors(colored)) > 10
    plain = walked(recorded, COLORTERM="truecolor", NO_COLOR="1")
    assert colors(plain) == set()
    assert not _OSC_COLOR.search(plain)
    # What stands out does so by other means.
    looks = {part for look in _LOOK.findall(plain) for part in look.split(b";")}
    assert {b"1", b"7"} <= looks
