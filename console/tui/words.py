"""How a leg, what plays on it and an attempt are said in a few cells. No colour, no widget."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace
from rich.cells import cell_len

from console.actions.registry import BY_ID
from console.floor.notes import NOTE, NOTES
from console.floor.views import Attempt, Heard, Leg, Playing, Stage
from console.text import clean
from console.tui.cells import fit, span
from console.voice.statuses import NOT_CONNECTED, Status

PROVEN_SHOWN_MS = 60_000
"""A proven attempt leaves its row after so long; the details and the event log keep it."""

_MOST_HEARD = 60
"""So many of the last inputs are looked at for what is shown."""

_STATUS_MEANING = {
    Status.STARTED: "leg-started",
    Status.RINGING: "leg-ringing",
    Status.ANSWERED: "leg-answered",
    Status.HUMAN: "leg-answered",
    Status.MACHINE: "leg-answered",
    Status.DISCONNECTED: "leg-failed",
    Status.COMPLETED: "leg-ended",
}

STAGE_MEANING = {
    Stage.ASKED: "asked",
    Stage.ACCEPTED: "accepted",
    Stage.PROVEN: "proven",
    Stage.FAILED: "refused",
}

STAGE_NOTES: Final = (
    ("asked …", "sent; the platform has not answered yet"),
    ("accepted ✓", "the API answered 2xx; nothing shows yet that it happened"),
    ("proven ✓✓", "an event, a read-back or the sound itself shows it"),
    ("failed ✗", "refused, or it never came; the reason stands beside it"),
)
"""What `?` says of how far an attempt came."""

SIGN_NOTES: Final = (
    ("→ ←", "it speaks to the others, it hears them; · where it does not"),
    ("in out", "who called: the far end, or the platform; ? where no event told it"),
    ("▶ talk 2/4s", "what plays, how far it is, and of how much; ~ where that is reckoned"),
    ("keys← dtmf→", "keys that were pressed there; digits that were sent there"),
    *STAGE_NOTES,
)
"""What `?` says of the signs in a row of the calls."""

_STAGE_WORDS = {
    Stage.ASKED: "asked …",
    Stage.ACCEPTED: "accepted ✓",
    Stage.PROVEN: "proven ✓✓",
    Stage.FAILED: "failed ✗",
}


def status_word(leg: Leg) -> str:
    """Return the status in one word; a leg that was never connected keeps why."""
    if leg.failure is not None:
        return leg.failure.value
    return leg.status.value if leg.status is not None else "unknown"


def status_meaning(leg: Leg) -> str:
    """Return the theme's name for the status."""
    if leg.failure is not None or leg.status in NOT_CONNECTED:
        return "leg-failed"
    return _STATUS_MEANING.get(leg.status, "leg-started") if leg.status else "muted"


def direction_word(leg: Leg) -> str:
    """Return `in` or `out`; `in?` where it was inferred."""
    word = {"inbound": "in", "outbound": "out"}.get(leg.direction or "", "?")
    return word + ("?" if leg.direction_guessed else "")


def age(leg: Leg, now_ms: int) -> str:
    """Return how long it is up, how long it rings, or how long it was."""
    if not leg.live:
        if leg.duration_s is not None:
            return span(leg.duration_s)
        if leg.answered_ms is not None and leg.ended_ms is not None:
            return span((leg.ended_ms - leg.answered_ms) / 1000)
        return "—"
    since = leg.answered_ms or leg.since_ms
    return span((now_ms - since) / 1000) if since is not None else "—"


def playing_words(playing: Playing, now_ms: int) -> str:
    """Return what plays and how far it is: `▶ talk 3/5s Please hold`."""
    played, whole = playing.progress(now_ms)
    about = "~" if playing.estimated else ""
    far = f"{played // 1000}/{about}{-(-whole // 1000)}s" if whole else f"{played // 1000}s"
    return f"▶ {clean(playing.kind, limit=8)} {far} {clean(playing.what, limit=60)}"


def fitted_media(media: str, width: int) -> str:
    """Return what `media_words` says in so many cells: a count is told whole, or not at all."""
    said = fit(media, width)
    if not media.startswith("▶") or cell_len(media) <= width:
        return said
    kept = said.removesuffix("…")
    head, _, last = kept.rpartition(" ")
    whole = media[len(kept)] == " "
    return said if whole or not last[:1].isdecimal() else fit(f"{head}…", width)


def media_words(leg: Leg, now_ms: int) -> tuple[str, str]:
    """Return what plays on a leg or the last keys on it, and the theme's name for it."""
    if leg.live and leg.playing is not None and not leg.playing.over(now_ms):
        return playing_words(leg.playing, now_ms), "playing"
    heard = next((one for one in reversed(joined(leg.heard)) if one.digits or one.masked), None)
    sent = leg.sent[-1] if leg.sent else None
    if sent is not None and (heard is None or (heard.at_ms or 0) <= sent.at_ms):
        return f"dtmf→ {clean(sent.digits, limit=24)}", "digits"
    if heard is not None:
        return f"keys← {keys_words(heard, 24)}", "digits"
    if leg.pressed:
        return f"keys← {clean(leg.pressed, limit=24)}", "digits"
    if leg.heard and leg.heard[-1].speech:
        return f"said← {clean(leg.heard[-1].speech, limit=40)}", "digits"
    return "", "muted"


def joined(heard: Sequence[Heard]) -> list[Heard]:
    """Return what a leg gave, the latest last; keys that came one by one stand together."""
    found: list[Heard] = []
    for one in heard[-_MOST_HEARD:]:
        before = found[-1] if found else None
        if one.by_subscription and before is not None and before.by_subscription:
            digits, masked = before.digits + one.digits, before.masked + one.masked
            found[-1] = replace(one, digits=digits, masked=masked)
        else:
            found.append(one)
    return found


def keys_words(heard: Heard, limit: int) -> str:
    """Return the keys that were pressed, the last `limit` of them; `•` for a masked one."""
    keys = heard.digits + "•" * heard.masked
    return clean(keys if len(keys) <= limit else f"…{keys[1 - limit :]}", limit=limit)


def attempt_word(attempt: Attempt) -> str:
    """Return what was asked: which way a toggle went, else the registry's word."""
    if (want := attempt.args.get("want")) is not None:
        return clean(want, limit=16)
    if attempt.action == NOTE:
        return f"note “{clean(attempt.args.get('text', ''), limit=200)}”"
    action = BY_ID.get(attempt.action)
    return action.label if action is not None else clean(attempt.action, limit=16)


def attempt_meaning(attempt: Attempt) -> str:
    """Return the theme's name for how far an attempt came."""
    return STAGE_MEANING[attempt.stage] if attempt.undone_ms is None else "muted"


def lane(attempt: Attempt) -> str:
    """Return an attempt as `mute proven ✓✓`, a failed one with its reason."""
    if attempt.undone_ms is not None:
        return f"{attempt_word(attempt)} ended by a move"
    if attempt.action in NOTES:
        return attempt_word(attempt)
    words = f"{attempt_word(attempt)} {stage_words(attempt)}"
    if attempt.stage is Stage.FAILED and attempt.reason:
        words += f" {clean(attempt.reason, limit=120)}"
    return words


def stage_words(attempt: Attempt) -> str:
    """Return how far an attempt came, in a word and a sign."""
    if attempt.undone_ms is not None:
        return "ended by a move"
    return _STAGE_WORDS[attempt.stage]


def latest(attempts: Sequence[Attempt], now_ms: int) -> Attempt | None:
    """Return the attempt a row shows: the last one, unless it was proven or undone long ago."""
    if not attempts:
        return None
    attempt = max(attempts, key=lambda each: each.asked_ms)
    proven = attempt.proven_ms if attempt.stage is Stage.PROVEN else None
    done = attempt.undone_ms if attempt.undone_ms is not None else proven
    return None if done is not None and now_ms - done > PROVEN_SHOWN_MS else attempt
