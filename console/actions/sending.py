"""What is sent, said before it is: method, path and body of one request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One request that an action makes."""

    method: str
    path: str
    """`/v1/calls/…`."""
    body: Mapping[str, Any] | None = None
    when: str = ""
    """On what it depends, where it is not certain: `if a talk plays`."""

    def __str__(self) -> str:
        """Return it in one line, the body as it is sent."""
        said = None if self.body is None else json.dumps(dict(self.body), ensure_ascii=False)
        return " ".join(filter(None, (self.method, self.path, said, self.when)))


def to_leg(leg: str, body: Mapping[str, Any] | None, below: str = "") -> Sending:
    """Return a PUT on a leg (3.5 to 3.9), or on what is `below` it: `/talk`."""
    return Sending(method="PUT", path=f"/v1/calls/{leg}{below}", body=body)
