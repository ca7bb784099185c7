"""Which moment is shown instead of the present, in the words of the status line."""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from console.actions.account_actions import ACCOUNT
from console.actions.listening_actions import AUDIO
from console.actions.sandbox_actions import SANDBOX
from console.desk.status import Past

NO_PAST: Final = MappingProxyType(
    {
        AUDIO: "sound is not kept: in the past there is nothing to hear",
        ACCOUNT: "what applications and numbers were like before is not kept",
        SANDBOX: "what the sandbox was set to before is not kept",
    }
)
"""Views that show the present only, and why."""
_MINUS: Final = "\N{MINUS SIGN}"
_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_DAY_S: Final = 86_400


def past_words(past: Past, *, short: bool = False) -> str:
    """Return the moment (UTC), how long ago that was, and, unless `short`, how fast it goes.

    `PAST 10:02:11 · -5 min · 12x`, with the signs of print.
    """
    moment = datetime.fromtimestamp(past.at_ns // 1_000_000_000, UTC)
    behind_s = None if past.behind_ns is None else past.behind_ns // 1_000_000_000
    far = behind_s is not None and behind_s >= _DAY_S
    said = [f"PAST {moment:%Y-%m-%d %H:%M:%S}" if far else f"PAST {moment:%H:%M:%S}"]
    if behind_s is not None:
        said.append(_ago(behind_s))
    if short:
        return " · ".join(said)
    if past.reading:
        said.append(past.reading)
    elif past.speed in (0.0, float("inf")):
        said.append("standing still")
    else:
        said.append(f"{past.speed:g}{_TIMES}")
    return " · ".join(said)


def _ago(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if not seconds:
        return "just now"
    if not minutes:
        return f"{_MINUS}{seconds} s"
    if minutes < 10 and rest:
        return f"{_MINUS}{minutes} min {rest} s"
    if minutes < 60:
        return f"{_MINUS}{minutes} min"
    return f"{_MINUS}{minutes // 60} h {minutes % 60} min"
