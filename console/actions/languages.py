"""Requests as programs: in which languages, and several of them in one."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from console.actions.curl import curl_of_sent
from console.actions.node_snippet import node_of
from console.actions.python_snippet import python_of
from console.actions.snippet import Sent

LANGUAGES: Final[Mapping[str, Callable[[Sent], str]]] = MappingProxyType(
    {"curl": curl_of_sent, "python": python_of, "node": node_of}
)
"""What makes a program of a request, by the name of its language."""


def program(language: str, sent: Sequence[Sent]) -> str:
    """Return one program that sends all of these, one after the other.

    Raises:
        KeyError: There is no such language.
    """
    made = [LANGUAGES[language](each) for each in sent]
    if language == "node" and len(made) > 1:
        # Names are used again; a block keeps those of each request apart.
        made = [f"{{\n{text}}}\n" for text in made]
    return "\n".join(made)
