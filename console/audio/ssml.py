"""SSML as a tree: only well-formed, without document types, limited in depth and size (9.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

DEEPEST: Final = 32
MOST_ELEMENTS: Final = 2_000
MOST_CHARACTERS: Final = 65_536
ROOT: Final = "speak"


class SsmlError(ValueError):
    """A text is no SSML that can be spoken; the text says why."""


@dataclass(frozen=True, slots=True)
class Element:
    """A tag with what is in it: texts and tags in the order in which they are spoken."""

    name: str
    attributes: Mapping[str, str]
    children: "tuple[Element | str, ...]" = ()


@dataclass(slots=True)
class _Open:
    name: str
    attributes: Mapping[str, str]
    children: list[Element | str] = field(default_factory=list)

    def closed(self) -> Element:
        return Element(self.name, self.attributes, tuple(self.children))


class _Builder:
    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._elements = 0
        self.root: Element | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise SsmlError(f"more than {MOST_ELEMENTS} tags")
        if len(self._open) == DEEPEST:
            raise SsmlError(f"tags are nested more than {DEEPEST} deep")
        if not self._open and name != ROOT:
            raise SsmlError(f"the first tag is {name:.40}, not {ROOT}")
        self._open.append(_Open(name, attributes))

    def end(self, _name: str) -> None:
        element = self._open.pop().closed()
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element

    def text(self, data: str) -> None:
        self._open[-1].children.append(data)

    def refuse(self, *_declared: object) -> None:
        raise SsmlError("a document type is not allowed")


def parse(text: str) -> Element:
    """Return the `speak` element of a text that is wrapped in one.

    Raises:
        SsmlError: It is not well-formed, declares a document type, or is too long or too deep.
    """
    if len(text) > MOST_CHARACTERS:
        raise SsmlError(f"more than {MOST_CHARACTERS} characters")
    builder = _Builder()
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    # Without a document type there are no entities but XML's own five.
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(text.strip().encode("utf-8", "replace"), True)
    except ExpatError as error:
        # Its own words name the place: "mismatched tag: line 1, column 20".
        raise SsmlError(str(error)) from error
    if builder.root is None:
        raise SsmlError("there is no speak tag")
    return builder.root
