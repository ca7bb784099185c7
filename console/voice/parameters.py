"""Request bodies read field by field; defects become the platform's invalid parameters (3.11)."""

from collections.abc import Mapping
from typing import Final

from console.voice.defects import Defect, Fields
from console.voice.errors import InvalidParameter, InvalidParameters

WRONG_TYPE: Final = "Invalid type parameter provided"
"""The platform's own words for a field of a wrong type (3.11)."""


def body_fields(value: object) -> Fields:
    """Return a reader of a request body.

    Raises:
        InvalidParameters: The body is no JSON object.
    """
    if not isinstance(value, Mapping):
        raise InvalidParameters([InvalidParameter("body", "must be a JSON object")])
    return Fields(value, "", [], wrong_type=WRONG_TYPE)


def check(fields: Fields) -> None:
    """Raise `InvalidParameters` where `fields` noted a defect."""
    if fields.defects:
        raise InvalidParameters([_parameter(defect) for defect in fields.defects])


def _parameter(defect: Defect) -> InvalidParameter:
    # The platform names an endpoint's field alone (`number`), and so do we; of an NCCO the
    # place is told in the reason.
    head, found, rest = defect.path.partition("ncco")
    if found and (not rest or rest[0] in "[."):
        where = rest.lstrip(".")
        return InvalidParameter(
            f"{head}ncco", f"{where}: {defect.reason}" if where else defect.reason
        )
    if defect.path.startswith(("to[0].", "from.")):
        return InvalidParameter(defect.path.split(".", 1)[1], defect.reason)
    return InvalidParameter(defect.path, defect.reason)
