"""What is handed on to the user's app in words: to whom, with what success, at what cost."""

from console.actions.hooks import Hooks
from console.journal.record import Kind
from console.ladder.handing import Handing
from console.receiver.switch import beside
from console.text import clean


def handing_words(hooks: Hooks | None, handing: Handing, width: int) -> str:
    """Return one line, the longest form of it that fits `width` cells."""
    if hooks is None:
        return ""
    if not hooks.handed_on:
        return "forwarding off" if hooks.app else "calls are answered here"
    address = hooks.app.partition("://")[2]
    whole = _line(f"forwarding → {hooks.app}", handing, short=False)
    shorter = (_line(f"→ {address}", handing, short=short) for short in (False, True))
    least = _line(f"→ {address.partition('/')[0]}", handing, short=True)
    return clean(next((line for line in (whole, *shorter) if len(line) <= width), least), limit=200)


def _line(app: str, handing: Handing, *, short: bool) -> str:
    parts = [app]
    if handing.forwarded:
        counts = {"answered": handing.answered, "failed": handing.failed}
        if handing.under_way:
            counts["under way"] = handing.under_way
        signs = {"answered": "✓", "failed": "✗", "under way": "…"} if short else {}
        told = " + ".join(f"{count} {signs.get(name, name)}" for name, count in counts.items())
        parts.append(f"{handing.forwarded} of {handing.accepted}: {told}")
    median, worst = handing.added_ms(0.5), handing.added_ms(0.99)
    if median is not None and worst is not None:
        parts.append(f"adds {median:.0f} ms, p99 {worst:.0f}")
    return " · ".join(parts)


def trouble_words(handing: Handing, *, asks: bool) -> str:
    """Return what to do where the app gave no answer the last time; empty: it did.

    Args:
        handing: What became of what was handed on.
        asks: Whether anything is handed on now.
    """
    if not asks or not handing.last_trouble:
        return ""
    trouble = clean(handing.last_trouble, limit=120)
    end = "" if trouble.endswith("?") else "."
    return f"! Your app: {trouble}{end} Webhooks are kept and answered here meanwhile."


def events_words(hooks: Hooks) -> str:
    """Return where the app gets events while webhooks are handed on."""
    to = hooks.switch.events or next(
        (route.forward_events for route in hooks.context.routes if route.forward_events), None
    )
    found = to or beside(hooks.app, Kind.EVENT)
    if found is None:
        return "its events stay here: its URL does not end in /answer, and none is given for them"
    return f"events → {found.partition('://')[2]}"
