"""Statements that nothing proves yet, and why; a row leaves with the test that proves it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotYet:
    section: str
    statement: str
    why: str


SIP = "no SIP is spoken: whoever calls or is called is played by the control API"

_MISSING: dict[tuple[str, str], tuple[str, ...]] = {
    ("10.5", SIP): ("SIP registration, ports, codecs and session timers",),
}

NOT_YET = tuple(
    NotYet(section, statement, why)
    for (section, why), statements in _MISSING.items()
    for statement in statements
)
