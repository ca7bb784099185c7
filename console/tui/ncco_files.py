"""The NCCO files there are to work with, and reading and saving one: blocking, for a thread."""

import json
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from console.actions.blocks import Block, BlockError, Chosen, blocks, fill, values_of
from console.actions.requests import NCCO_BYTES
from console.config.context import Route
from console.config.write import write_whole
from console.voice.ncco_lint import Severity, lint_ncco
from console.voice.wire import UnreadableJson, decode_json

NCCOS: Final = "nccos"
"""The folder of NCCO files, in the working directory and beside the configuration."""
_MOST: Final = 200
"""So many files of one folder are listed."""
_PARTIES: Final = {
    "number": "447700900001",
    "audio": "https://example.com/sound.mp3",
    "websocket": "wss://example.com/socket",
}
_OURS: Final = "447700900000"
_WEBHOOKS: Final = "https://example.com/webhooks"

Stamp = tuple[int, int]
"""When a file was changed and how long it is: another one means another content."""


@dataclass(frozen=True, slots=True)
class NccoFile:
    """One entry of the list; texts are as they came.

    Attributes:
        key: Tells it apart.
        group: Which folder it is in, or that a route names it.
        name: What it is called there.
        path: Where it is; None: a building block, which cannot be changed.
        note: Our number whose calls it answers and what it does, or what a block shows.
        counts: Findings of the linter by severity; empty for a block.
        trouble: Why it cannot be opened.
        stamp: Of the content that was counted.
    """

    key: str
    group: str
    name: str
    path: Path | None = None
    note: str = ""
    counts: tuple[tuple[Severity, int], ...] = ()
    trouble: str = ""
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The content of a file, or why there is none to show.

    `fixed`: why it cannot be written in place.
    """

    text: str = ""
    stamp: Stamp | None = None
    trouble: str = ""
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Where files are looked for."""

    routes: tuple[Route, ...]
    here: Path
    config: Path

    def called(self, file: NccoFile) -> str:
        """Return where a file is: from the working directory on, where it is below that."""
        if file.path is None:
            return file.name
        below = file.path.is_relative_to(self.here)
        return str(file.path.relative_to(self.here) if below else file.path)


@dataclass(slots=True)
class Shelf:
    """Looks for files again and again; one that did not change is not read again."""

    places: Places
    _known: dict[Path, NccoFile] = field(default_factory=dict)

    def look(self) -> tuple[NccoFile, ...]:
        """Return the files of the routes, of the folders, and the building blocks."""
        found: list[NccoFile] = []
        seen: set[Path] = set()
        for group, path, note in self._paths():
            real = path.absolute()
            if real not in seen:
                seen.add(real)
                found.append(self._entry(group, real, note))
        self._known = {entry.path: entry for entry in found if entry.path is not None}
        return (*found, *_blocks())

    def _paths(self) -> Iterator[tuple[str, Path, str]]:
        for route in self.places.routes:
            if route.ncco_file is not None:
                number = "other numbers" if route.number == "*" else route.number
                yield "routes", route.ncco_file, f"answers {number}"
        for path in listed(self.places.here):
            if _is_array(path):
                yield "here", path, ""
        for folder, group in (
            (self.places.here / NCCOS, f"{NCCOS}/"),
            (self.places.config / NCCOS, "config"),
        ):
            for path in listed(folder):
                yield group, path, ""

    def _entry(self, group: str, path: Path, note: str) -> NccoFile:
        stamp = stamp_of(path)
        known = self._known.get(path)
        if known is not None and stamp is not None and known.stamp == stamp:
            return known
        opened = read(path)
        counts: tuple[tuple[Severity, int], ...] = ()
        if not opened.trouble:
            note = " · ".join(part for part in (note, actions_of(opened.text)) if part)
            severities = [found.severity for found in lint_ncco(opened.text.encode())]
            counts = tuple((each, severities.count(each)) for each in Severity)
        return NccoFile(
            str(path), group, path.name, path, note, counts, opened.trouble, opened.stamp
        )


def actions_of(text: str) -> str:
    """Return the actions of a script by name, as they come: `talk, input, connect`."""
    try:
        script = decode_json(text.encode())
    except UnreadableJson:
        return ""
    if not isinstance(script, list):
        return ""
    named = (each.get("action") if isinstance(each, dict) else None for each in script)
    return ", ".join(name if isinstance(name, str) else "?" for name in named)


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of a file; None: it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def read(path: Path) -> Opened:
    """Return the content of a file. Does not raise."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return Opened(trouble="is no file")
        if found.st_size > NCCO_BYTES:
            return Opened(trouble=f"is larger than {NCCO_BYTES >> 10} KiB; is it an NCCO?")
        with path.open("rb") as file:
            raw = file.read(NCCO_BYTES + 1)
    except FileNotFoundError:
        return Opened(trouble="is not there")
    except OSError as error:
        return Opened(trouble=f"cannot be read: {error.strerror or error}")
    stamp = (found.st_mtime_ns, found.st_size)
    try:
        return Opened(raw.decode(), stamp)
    except UnicodeDecodeError as error:
        fixed = f"is not text in UTF-8 (byte {error.start})"
        return Opened(raw.decode(errors="replace"), stamp, fixed=fixed)


def save(path: Path, text: str) -> Stamp | None:
    """Put a text into a file, complete or not at all; who may read it stays as it was.

    Raises:
        OSError: It cannot be written.
        ValueError: The text cannot be written in UTF-8.
    """
    target = path.resolve()
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mode = 0o600
    write_whole(target, text, mode=mode)
    return stamp_of(path)


def block_text(name: str) -> str:
    """Return the script of a building block with made-up parties, as JSON."""
    block = next(each for each in blocks() if each.name == name)
    chosen = Chosen(block, tuple(_PARTIES[party] for party in block.takes))
    script: Sequence[object] = block.ncco
    for reply in block.replies:
        if not script and reply.to == "answer":
            script = reply.ncco
    try:
        filled = fill(list(script), values_of(chosen, _OURS, _WEBHOOKS))
    except BlockError:
        filled = list(script)
    return json.dumps(filled, indent=2, ensure_ascii=False) + "\n"


def _blocks() -> Iterator[NccoFile]:
    for block in blocks():
        yield NccoFile(_block_key(block), "blocks", block.name, note=block.shows)


def _block_key(block: Block) -> str:
    return f"block {block.name}"


def listed(folder: Path) -> list[Path]:
    """Return the JSON files of a folder by name, not more than can be shown; blocking."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except OSError:
        # A folder that is not there holds no files.
        return []
    return found[:_MOST]


def _is_array(path: Path) -> bool:
    """Tell whether a file begins as an NCCO does: a folder may hold any other JSON as well."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            return file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    except OSError:
        return False
