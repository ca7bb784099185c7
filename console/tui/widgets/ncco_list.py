"""The NCCO files, folder by folder, each with what the linter says of it."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from console.tui.cells import fit, shown
from console.tui.ncco_files import NccoFile
from console.tui.ncco_look import SIGNS, counted
from console.tui.sorting import Column
from console.tui.widgets.list_head import Head
from console.tui.widgets.virtual_list import Piece, VirtualList

_GROUP, _FOUND = 10, 34
_WIDE = 90
_NO_FILE: Final = "no file of yours yet: put one here or into nccos/, or name it in a route"
_NOTED: Final = 16
"""Cells that what a file does needs at least."""
_NAME, _WRONG = Column("name"), Column("findings", down=True)


class NccoList(VirtualList):
    """One row for each file; the name of a folder stands at its first one.

    What is sorted are the files of a folder; the folders stay where they are.
    """

    COLUMNS = (_NAME, _WRONG)

    DEFAULT_CSS = """
    NccoList {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    NccoList:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(self) -> None:
        super().__init__(id="nccos")
        self._files: Mapping[str, NccoFile] = {}
        self._came: Sequence[NccoFile] = ()
        self._branches: Mapping[str, tuple[str, str]] = {}
        """The folder's name where it stands, and the line beside it, by key."""
        self.border_title = "NCCO"

    @property
    def selected(self) -> NccoFile | None:
        """The file under the cursor."""
        return self._files.get(self.cursor) if self.cursor is not None else None

    def of(self, key: str) -> NccoFile | None:
        """Return a file by its key."""
        return self._files.get(key)

    def show(self, files: Sequence[NccoFile]) -> None:
        """Show these files, given folder by folder."""
        self._came = files
        files = self._sorted(files)
        self._files = {each.key: each for each in files}
        groups = ["", *(each.group for each in files), ""]
        self._branches = {
            each.key: _branch(each.group, groups[place], groups[place + 2])
            for place, each in enumerate(files)
        }
        self.replace([each.key for each in files])

    def tell(self, files: Sequence[NccoFile], of: int | None, back: str) -> None:
        """Say in the title how many scripts there are, and at the foot where one's own are put.

        Args:
            files: Those that are shown.
            of: How many there are in all, where a filter is in force.
            back: The key that takes the filter away.
        """
        own = sum(file.path is not None for file in files)
        told = f"{len(files)} of {of}" if of is not None else str(len(files) or "")
        self.border_title = f"NCCO {told}".rstrip()
        none = of is None and not own
        self.border_subtitle = _NO_FILE if none else ""
        self.when_empty("No script passes the filter.", f"{back} shows all of them.")

    def _sorted(self, files: Sequence[NccoFile]) -> Sequence[NccoFile]:
        column = self.order.by
        if column is None:
            return files
        folders: dict[str, list[NccoFile]] = {}
        for each in files:
            folders.setdefault(each.group, []).append(each)
        return [
            folder[place]
            for folder in folders.values()
            for place in self.order.places([_value(each, column) for each in folder])
        ]

    def order_changed(self) -> None:
        """Put the files in the order that is wished for now."""
        self.show(self._came)

    def _in_order(self, keys: Sequence[str]) -> Sequence[str]:
        """They are in order as they are given."""
        return keys

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        named, found, noted = _cells(width)
        heads = (
            ("folder", _GROUP, False),
            (_NAME.title, named, False),
            ("what it does", noted, False),
            (_WRONG.title, found, False),
        )
        return [head for head in heads if head[1]]

    def version(self, key: str) -> Hashable:
        """A row looks different when its file does."""
        return (self._files.get(key), self._branches.get(key))

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return folder, name, what it does, and findings; a block has none of these."""
        entry = self._files.get(key)
        if entry is None:
            return []
        muted, faint = self.meaning("muted"), self.meaning("faint")
        named, found, noted = _cells(width)
        group, branch = self._branches[key]
        pieces: list[Piece] = [
            (fit(group, _GROUP - 2), muted),
            (branch, faint),
            (shown(entry.name, named - 1) + " ", self.base),
        ]
        if entry.path is None:
            return [*pieces, (shown(entry.note, found + noted), muted)]
        if noted:
            pieces.append((shown(entry.note, noted - 1) + " ", muted))
        return [*pieces, self._found(entry, found)]

    def _found(self, entry: NccoFile, width: int) -> Piece:
        if entry.trouble:
            return shown(f"✗ {entry.trouble}", width), self.meaning("refused")
        counts = dict(entry.counts)
        for severity, (sign, meaning) in SIGNS.items():
            if counts.get(severity):
                return fit(f"{sign} {counted(counts)}", width), self.meaning(meaning)
        return fit("✓ no findings", width), self.meaning("proven")


def _cells(width: int) -> tuple[int, int, int]:
    """Return the cells of the name, of the findings, and of what it does; 0: no room for it."""
    named = 31 if width >= _WIDE else 25
    rest = max(width - _GROUP - named, 1)
    if rest - _FOUND < _NOTED:
        return named, rest, 0
    return named, _FOUND, rest - _FOUND


def _value(entry: NccoFile, column: Column) -> Any:
    """Return what a file is sorted by: its name, or how bad and how many its findings are."""
    if column is _NAME:
        return entry.name.casefold()
    counts = dict(entry.counts)
    if entry.path is None:
        return None
    return (bool(entry.trouble), *(counts.get(severity, 0) for severity in SIGNS))


def _branch(group: str, above: str, below: str) -> tuple[str, str]:
    """Return what stands before a row, by the folders of the rows above and below."""
    if group != above:
        return group, "┌ " if group == below else "─ "
    return "", "├ " if group == below else "└ "
