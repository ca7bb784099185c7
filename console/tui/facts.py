"""Everything known of one leg or conversation, as labelled lines for the details pane."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from console.floor.digits import tag_of
from console.floor.notes import NOTES
from console.floor.views import (
    Arrow,
    Attempt,
    Certainty,
    Conversation,
    Leg,
    Recording,
    Stage,
)
from console.text import clean
from console.tui import answer_words, words
from console.tui.cells import short_id, span
from console.voice.numbers import display

_MOST_ATTEMPTS = 8
_MOST_SEEN = 12
_MOST_ANSWERS = 3

CERTAINTY_WORDS = {
    Certainty.UNKNOWN: "",
    Certainty.ASKED: "asked …",
    Certainty.ACCEPTED: "accepted ✓",
    Certainty.PROVEN: "proven ✓✓",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a label, safe text, and the theme's name for how it looks."""

    label: str
    text: str
    meaning: str = ""


def clock_time(at_ms: int | None) -> str:
    """Return a moment as `10:02:11.120` (UTC)."""
    if at_ms is None:
        return "—"
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{moment:%H:%M:%S}.{at_ms % 1000:03d}"


def leg_facts(
    leg: Leg, others: Sequence[Leg], attempts: Sequence[Attempt], now_ms: int
) -> list[Fact]:
    """Return what is known of `leg`; `others` share its conversation now."""
    facts = [
        Fact("", clean(leg.far_end or "—", limit=80), "conversation"),
        Fact("status", _status(leg, now_ms), words.status_meaning(leg)),
    ]
    if leg.reason or leg.detail:
        facts.append(Fact("why", clean(leg.reason or leg.detail, limit=300), "leg-failed"))
    facts += [
        Fact("direction", clean(f"{leg.direction or 'unknown'}{_guess(leg)}", limit=40)),
        Fact("from", _number(leg.from_)),
        Fact("to", _number(leg.to)),
    ]
    if leg.endpoint:
        facts.append(Fact("endpoint", clean(leg.endpoint, limit=40)))
    if leg.live:
        facts += [
            Fact("speaks →", _arrow(leg.speaks, _ends(others, "hears"), "muted"), "speaks"),
            Fact("hears ←", _arrow(leg.hears, _ends(others, "speaks"), "earmuffed"), "hears"),
        ]
    facts += _answers(leg, now_ms)
    facts += _media(leg, now_ms)
    facts += [_attempt(attempt) for attempt in newest(attempts)]
    facts += [
        Fact(
            "seen" if number == 0 else "",
            f"{clock_time(seen.at_ms)}  {seen.status.value}"
            + (f" {clean(seen.sub_state, limit=20)}" if seen.sub_state else ""),
            "muted",
        )
        for number, seen in enumerate(leg.seen[-_MOST_SEEN:])
    ]
    facts += [_recording(recording) for recording in leg.recordings]
    if leg.last_error:
        facts.append(Fact("error", clean(leg.last_error.reason, limit=300), "refused"))
    facts += _money(leg)
    facts.append(Fact("leg", clean(leg.uuid, limit=64), "muted"))
    for number, uuid in enumerate(reversed(leg.lineage)):
        facts.append(Fact("in" if number == 0 else "was", clean(uuid, limit=64), "muted"))
    if leg.region_url:
        facts.append(Fact("region", clean(leg.region_url, limit=64), "muted"))
    return facts


def conversation_facts(
    conversation: Conversation, legs: Iterable[Leg], attempts: Sequence[Attempt], now_ms: int
) -> list[Fact]:
    """Return what is known of a conversation."""
    since, legs = conversation.since_ms, list(legs)
    facts = [
        Fact("", clean(conversation.name or "conversation", limit=80), "conversation"),
        Fact("legs", f"{conversation.live_legs} live of {len(conversation.legs)}"),
    ]
    if since is not None:
        last = max((leg.ended_ms or since for leg in legs), default=since)
        for_s = ((now_ms if conversation.live else last) - since) / 1000
        over = "" if conversation.live else "over after "
        facts.append(Fact("since", f"{clock_time(since)}  {over}{span(for_s)}"))
    facts += [
        Fact(
            "",
            f"{clean(leg.far_end, limit=40)}  {words.status_word(leg)}",
            words.status_meaning(leg),
        )
        for leg in legs
    ]
    if conversation.left:
        facts.append(Fact("left", ", ".join(short_id(uuid) for uuid in conversation.left)))
    facts += [_attempt(attempt) for attempt in newest(attempts)]
    facts += [_recording(recording) for recording in conversation.recordings]
    facts += [
        Fact("error", clean(error.reason, limit=300), "refused") for error in conversation.errors
    ]
    if conversation.notifies:
        facts.append(Fact("notifies", str(conversation.notifies)))
    facts.append(Fact("id", clean(conversation.uuid or "—", limit=64), "muted"))
    return facts


def newest(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return the attempts worth showing, the newest first."""
    ordered = sorted(attempts, key=lambda each: each.asked_ms, reverse=True)
    kept = ordered[:_MOST_ATTEMPTS]
    return kept + [each for each in ordered[_MOST_ATTEMPTS:] if each.action in NOTES]


def _guess(leg: Leg) -> str:
    return " (inferred: no event told it)" if leg.direction_guessed else ""


def _status(leg: Leg, now_ms: int) -> str:
    said = f"{words.status_word(leg)}  {words.age(leg, now_ms)}"
    if leg.sub_state:
        said += f"  {clean(leg.sub_state, limit=20)}"
    if leg.sip_code:
        said += f"  SIP {leg.sip_code}"
    if leg.disconnected_by:
        said += f"  ended by {clean(leg.disconnected_by, limit=20)}"
    return said


def _number(value: str) -> str:
    if not value:
        return "—"
    return clean(display(value), limit=64)


def _ends(others: Sequence[Leg], way: str) -> str:
    open_ones = [leg for leg in others if (leg.hears if way == "hears" else leg.speaks).open]
    if not open_ones:
        return "nobody"
    return ", ".join(clean(leg.far_end or leg.uuid, limit=24) for leg in open_ones[:3]) + (
        f" +{len(open_ones) - 3}" if len(open_ones) > 3 else ""
    )


def _arrow(arrow: Arrow, whom: str, shut: str) -> str:
    sure = CERTAINTY_WORDS[arrow.certainty]
    return f"{whom if arrow.open else shut}  {sure}".rstrip()


def _media(leg: Leg, now_ms: int) -> list[Fact]:
    facts: list[Fact] = []
    playing = leg.playing
    if playing is not None and not playing.over(now_ms):
        sure = CERTAINTY_WORDS[playing.certainty]
        facts.append(Fact("plays", f"{words.playing_words(playing, now_ms)}  {sure}", "playing"))
    facts += _subscription(leg)
    for heard in words.joined(leg.heard)[-3:]:
        pressed = words.keys_words(heard, 60) or ("timed out" if heard.timed_out else "")
        if pressed:
            facts.append(Fact("keys ←", pressed, "digits"))
        if heard.speech:
            sure = f" ({clean(heard.confidence, limit=8)})" if heard.confidence else ""
            facts.append(Fact("said ←", clean(heard.speech, limit=200) + sure, "digits"))
    if leg.pressed:
        facts.append(Fact("pressed", clean(leg.pressed, limit=60), "digits"))
    for sent in leg.sent[-3:]:
        facts.append(
            Fact(
                "dtmf →",
                f"{clean(sent.digits, limit=40)}  {CERTAINTY_WORDS[sent.certainty]}",
                "digits",
            )
        )
    return facts


def _subscription(leg: Leg) -> list[Fact]:
    """Return where each key that is pressed is posted, once anybody has told."""
    digits = leg.digits
    if digits.certainty is Certainty.UNKNOWN or not leg.live:
        return []
    where = "comes here" if tag_of(digits.url) else f"goes to {clean(digits.url, limit=80)}"
    said = where if digits.on else "is not posted"
    return [Fact("each key", f"{said}  {CERTAINTY_WORDS[digits.certainty]}", "digits")]


def _answers(leg: Leg, now_ms: int) -> list[Fact]:
    return [
        Fact("fallback" if one.fallback else "answer", *answer_words.whole(one, now_ms))
        for one in leg.answers[-_MOST_ANSWERS:]
    ]


def _attempt(attempt: Attempt) -> Fact:
    said = words.lane(attempt)
    if attempt.stage is not Stage.FAILED and attempt.reason:
        said += f" — {clean(attempt.reason, limit=200)}"
    end = attempt.proven_ms or attempt.failed_ms or attempt.accepted_ms
    if end is not None:
        said += f"  {end - attempt.asked_ms} ms"
    return Fact(clock_time(attempt.asked_ms)[:8], said, words.attempt_meaning(attempt))


def _recording(recording: Recording) -> Fact:
    if recording.lost:
        return Fact("● rec", "reported without a file", "refused")
    size = f"  {recording.size // 1024} kB" if recording.size is not None else ""
    return Fact("● rec", clean(recording.url, limit=120) + size, "recording")


def _money(leg: Leg) -> list[Fact]:
    parts = []
    if leg.duration_s is not None:
        parts.append(f"{leg.duration_s} s")
    if leg.price is not None:
        parts.append(f"{leg.price:f} EUR")
    if leg.rate is not None:
        parts.append(f"at {leg.rate:f} a minute")
    if leg.network:
        parts.append(f"network {clean(leg.network, limit=20)}")
    return [Fact("billed", "  ".join(parts))] if parts else []
