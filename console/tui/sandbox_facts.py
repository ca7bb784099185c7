"""What a sandbox is set to, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from console.actions.sandbox_page import PageState
from console.floor.views import Attempt
from console.text import clean
from console.tui import words
from console.tui.facts import Fact

PARTS: Final = ("Now", "Faults", "Asked", "Setup")
"""Into which what is known can be divided."""
_COUNTS: Final = {
    "legs": ("leg", "legs"),
    "conversations": ("conversation", "conversations"),
    "recordings": ("recording", "recordings"),
    "webhooks_open": ("webhook open", "webhooks open"),
    "timers": ("timer", "timers"),
    "ended": ("leg ended", "legs ended"),
}
"""What a sandbox has, and what one of it and several are called."""
_SHARES: Final = {
    "duplicate": "twice",
    "swap": "swapped",
    "drop": "never sent",
    "unsigned": "unsigned",
}

_ANSWERS: Final = "answer after 1 s"
DEFAULT: Final = "default"
DEFAULT_WORDS: Final = f"{DEFAULT}: {_ANSWERS}"
"""How a number takes calls for which nothing is set."""


def behaviour_words(told: Mapping[str, Any] | None) -> str:
    """Return how a number takes calls: `busy after 1 s`."""
    if told is None:
        return _ANSWERS
    said = [str(told.get("behaviour", "answer"))]
    if steps := told.get("steps"):
        count = len(steps) if isinstance(steps, list) else "?"
        said = [f"script of {count} step{'s' if count != 1 else ''}"]
    if detail := told.get("detail"):
        said.append(f"({detail})")
    said.append(f"after {_seconds(told.get('after', 1))}")
    if (beep := told.get("beep_after")) is not None:
        said.append(f"beep after {_seconds(beep)}")
    if (hangs := told.get("hangup_after")) is not None:
        said.append(f"hangs up after {_seconds(hangs)}")
    if greeting := told.get("greeting"):
        said.append(f"“{greeting}”")
    return clean(" ".join(said), limit=200)


def fault_words(told: Mapping[str, Any]) -> list[str]:
    """Return what goes wrong, a line each; nothing: all goes well."""
    lines = [
        f"{_percent(share)} {said}"
        for name, said in _SHARES.items()
        if isinstance(share := told.get(name), int | float) and share
    ]
    if delay := told.get("delay_ms"):
        lines.append(f"{delay} ms late")
    rules = told.get("api")
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, Mapping):
            what = "cut off" if rule.get("hang_up") else rule.get("status") or "late"
            lines.append(f"API {rule.get('method') or ''} {rule.get('path', '')} {what}")
    return [str(clean(line, limit=120)) for line in lines]


def sandbox_facts(state: PageState, attempts: Sequence[Attempt], part: str = "All") -> list[Fact]:
    """Return what is known of a sandbox but its numbers and webhooks: all, or one of `PARTS`."""
    stage = state.stage
    if stage is None:
        return [Fact("", "nothing is known yet", "muted")]
    clock = stage.clock
    wrong = fault_words(stage.faults)
    now = [
        Fact("clock", clean(clock.now.replace("T", " ").partition(".")[0], limit=24), "key"),
        Fact(
            "",
            f"{clean(clock.mode, limit=12)}, {clock.due} due",
            "muted",
        ),
        *(
            Fact("live" if place == 0 else "", _counted(stage.live.get(name, 0), *words_of))
            for place, (name, words_of) in enumerate(_COUNTS.items())
        ),
    ]
    faults = [
        *(
            Fact("faults" if place == 0 else "", line, "refused" if wrong else "muted")
            for place, line in enumerate(wrong or ["none"])
        ),
    ]
    asked = [
        Fact("asked" if place == 0 else "", words.lane(each), words.attempt_meaning(each))
        for place, each in enumerate(attempts)
    ]
    machine = [
        Fact("seed", "—" if stage.seed is None else str(stage.seed)),
        *(
            Fact("ports" if place == 0 else "", clean(f"{port} {name}", limit=40))
            for place, (name, port) in enumerate(stage.ports.items())
        ),
        Fact("voice", clean(stage.sound.voice or "—", limit=40)),
        Fact("hears", clean(stage.sound.recogniser or "—", limit=40)),
        *(Fact("note", clean(note, limit=200), "asked") for note in stage.sound.notes),
    ]
    if stage.scenario is not None:
        machine.append(Fact("scenario", clean(stage.scenario.get("title", ""), limit=80)))
    machine.append(Fact("kept in", clean(stage.state or "nowhere: temporary", limit=200)))
    parts = dict(zip(PARTS, (now, faults, asked, machine), strict=True))
    if part in parts:
        return parts[part] or [Fact("", "nothing yet", "muted")]
    return [fact for some in parts.values() for fact in some]


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def _seconds(value: object) -> str:
    return f"{value:g} s" if isinstance(value, int | float) else "?"


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
