"""A recording in words: what a row says, and everything known of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from console.floor.recorded import DAY_MS, DUE_S, Fetched, Tape
from console.floor.views import Attempt
from console.text import clean
from console.tui import words
from console.tui.cells import span
from console.tui.facts import Fact
from console.voice.numbers import display
from console.voice.transcription import Sentence

_MOST_SENTENCES = 2_000
_SOON_MS: Final = 3 * DAY_MS
_FORMATS: Final = {
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/ogg": "ogg",
}


def moment(at_ms: int | None) -> str:
    """Return a time as `2025-03-01 09:00:12` (UTC)."""
    if at_ms is None:
        return "—"
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def size_words(size: int | None) -> str:
    """Return a size in bytes as `812 B`, `46 kB` or `7.3 MB`."""
    if size is None:
        return "—"
    if size < 1_000:
        return f"{size} B"
    return f"{size // 1_000} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"


def format_word(tape: Tape) -> str:
    """Return the format, which only the answer's content type tells (8.3)."""
    if tape.file is None:
        return "?"
    kind = tape.file.content_type.partition(";")[0].strip().lower()
    return clean(_FORMATS.get(kind, kind or "?"), limit=12)


def state_words(tape: Tape, now_ms: int) -> tuple[str, str]:
    """Return what of it there is, and the theme's name for that."""
    if tape.missing:
        return "no event came", "refused"
    if tape.recording.lost:
        return "lost: no file", "refused"
    if tape.file is not None:
        return "fetched ✓", "proven"
    left = (tape.expires_ms or now_ms) - now_ms
    if tape.expires_ms is None:
        return "there", "muted"
    if left <= 0:
        return "expired", "refused"
    days = tape.days_left(now_ms)
    said = f"{days} day{'s' if days != 1 else ''} left"
    if left < DAY_MS:
        said = f"{span(left / 1000)} left"
    return said, "asked" if left < _SOON_MS else "muted"


def text_word(tape: Tape) -> tuple[str, str]:
    """Return whether it was written down, and the theme's name for that."""
    if tape.words is not None:
        return "text ✓", "proven"
    return ("text", "conversation") if tape.recording.transcription_url else ("", "muted")


def tape_facts(
    tape: Tape,
    attempt: Attempt | None,
    said: Sequence[Sentence] | str | None,
    now_ms: int,
    *,
    key: str,
    gone: Sequence[Fetched] = (),
) -> list[Fact]:
    """Return everything known of a recording; `key` fetches it, `gone` are files that vanished."""
    told = tape.recording
    state, meaning = state_words(tape, now_ms)
    facts = [
        Fact("", clean(display(tape.number) or "unknown caller", limit=40), "conversation"),
        Fact("state", state, meaning),
    ]
    if tape.missing:
        facts += [
            Fact("why", f"its script has it recorded, the call ended {moment(told.at_ms)}", ""),
            Fact("", f"no record event came within {DUE_S} s: it may never have been", ""),
            Fact("", "reached, or the event is lost; then so is the file's address", ""),
        ]
    else:
        length = tape.length_ms
        facts += [
            Fact("began", moment(tape.began_ms)),
            Fact("length", span(length / 1000) if length is not None else "—"),
            Fact("size", size_words(told.size)),
            Fact("format", _format(tape)),
        ]
    if told.lost and not tape.missing:
        facts.append(Fact("why", "the event told of no file: the platform could not keep it", ""))
    elif tape.expires_ms is not None and not tape.missing:
        facts.append(Fact("expires", f"{moment(tape.expires_ms)}: 30 days after it was made"))
    if attempt is not None:
        how = f"{words.stage_words(attempt)} {clean(attempt.reason, limit=300)}".rstrip()
        facts.append(Fact("fetch", how, words.attempt_meaning(attempt)))
    facts += _file("file", tape.file, gone, key)
    if tape.file is not None and told.size not in (None, tape.file.size):
        facts.append(Fact("", f"its event told of {told.size} bytes", "asked"))
    if told.transcription_url and tape.words is None:
        facts.append(Fact("text", f"written down; {key} fetches it", "muted"))
    facts += _file("text", tape.words, gone, key)
    facts += _sentences(said)
    if told.url:
        facts.append(Fact("url", clean(told.url, limit=300), "muted"))
    if told.transcription_url:
        facts.append(Fact("text url", clean(told.transcription_url, limit=300), "muted"))
    if not tape.missing:
        facts.append(Fact("recording", clean(told.uuid, limit=300), "muted"))
    facts.append(Fact("in", clean(told.conversation or "—", limit=64), "muted"))
    if tape.leg:
        facts.append(Fact("leg", clean(tape.leg, limit=64), "muted"))
    return facts


def _format(tape: Tape) -> str:
    if tape.file is None:
        return "not known until it is fetched"
    return f"{format_word(tape)} ({clean(tape.file.content_type or 'no content type', limit=40)})"


def _file(label: str, fetched: Fetched | None, gone: Sequence[Fetched], key: str) -> list[Fact]:
    if fetched is None:
        return []
    if fetched in gone:
        path = clean(fetched.file, limit=300)
        return [Fact(label, f"{path} is not there any more; {key} fetches it again", "asked")]
    return [
        Fact(label, clean(fetched.file, limit=300), "proven"),
        Fact("", f"{size_words(fetched.size)}  sha256 {clean(fetched.sha256, limit=64)}", "muted"),
    ]


def _sentences(said: Sequence[Sentence] | str | None) -> list[Fact]:
    if isinstance(said, str):
        return [Fact("said", clean(said, limit=300), "refused")]
    if said is not None and not said:
        return [Fact("said", "nothing was understood", "muted")]
    several = len({each.channel for each in said or ()}) > 1
    return [
        Fact(
            span(each.at_ms / 1000),
            (f"{each.channel}: " if several else "") + clean(each.text, limit=2_000),
            "digits",
        )
        for each in (said or ())[:_MOST_SENTENCES]
    ]
