"""A ladder as a drawing (SVG) that stands alone: no script, no font to fetch."""

from collections.abc import Iterator
from html import escape
from typing import Final

from console.ladder.rungs import Ladder, Rung, RungKind
from console.ladder.text import GAP_MS, clock, lasted, words
from console.text import clean

_LANE: Final = 190
_LEFT: Final = 110
_TOP: Final = 64
_ROW: Final = 34
_GAP: Final = 22
_WIDE: Final = 340
"""Room right of the last lane for the words of what stays there."""

_COLOURS: Final = {
    RungKind.ACTION: "#6f42c1",
    RungKind.REST: "#0b62b0",
    RungKind.WEBHOOK: "#1a7f37",
    RungKind.REPLY: "#0b62b0",
    RungKind.FORWARD: "#8a6d00",
    RungKind.NCCO: "#57606a",
    RungKind.SOUND: "#0b62b0",
    RungKind.RECORDING: "#a0410d",
}
_BAD: Final = "#b3261e"


def svg_document(ladder: Ladder, title: str) -> str:
    """Return the drawing as one document."""
    rows = list(_rows(ladder))
    height = rows[-1][0] + _ROW if rows else _TOP + _ROW
    width = _LEFT + _LANE * (len(ladder.lanes) - 1) + _WIDE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" font-family="monospace" font-size="12">',
        f"<title>{_safe(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4"'
        ' orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="context-stroke"/></marker></defs>',
    ]
    for place, lane in enumerate(ladder.lanes):
        x = _x(place)
        parts.append(
            f'<text x="{x}" y="20" text-anchor="middle" font-weight="bold">'
            f"{_safe(lane.title)}</text>"
            f'<text x="{x}" y="36" text-anchor="middle" fill="#57606a">{_safe(lane.note)}</text>'
            f'<line x1="{x}" y1="44" x2="{x}" y2="{height - 8}" stroke="#d0d7de"/>'
        )
    for y, rung in rows:
        if rung.gap_ms >= GAP_MS:
            parts.append(
                f'<text x="8" y="{y - _GAP + 4}" fill="#57606a">⋮ {lasted(rung.gap_ms)}</text>'
            )
        parts.append(_drawn(ladder, rung, y))
    return "\n".join([*parts, "</svg>", ""])


def _rows(ladder: Ladder) -> Iterator[tuple[int, Rung]]:
    y = _TOP
    for rung in ladder.rungs:
        y += _GAP if rung.gap_ms >= GAP_MS else 0
        yield y, rung
        y += _ROW


def _drawn(ladder: Ladder, rung: Rung, y: int) -> str:
    source, target = ladder.span(rung)
    colour = _BAD if rung.bad else _COLOURS[rung.kind]
    time = f'<text x="8" y="{y + 4}" fill="#57606a">{clock(rung.at)}</text>'
    said = _safe(words(rung))
    if source == target:
        x = _x(source)
        return (
            f'{time}<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
            f'<text x="{x + 10}" y="{y + 4}" fill="{colour}">{said}</text>'
        )
    dash = ' stroke-dasharray="5 3"' if rung.late or rung.delivery > 1 else ""
    return (
        f'{time}<line x1="{_x(source)}" y1="{y}" x2="{_x(target)}" y2="{y}" stroke="{colour}"'
        f' stroke-width="1.5" marker-end="url(#tip)"{dash}/>'
        f'<text x="{min(_x(source), _x(target)) + 10}" y="{y - 6}" fill="{colour}">{said}</text>'
    )


def _x(place: int) -> int:
    return _LEFT + place * _LANE


def _safe(text: str) -> str:
    return escape(clean(text, limit=160))
