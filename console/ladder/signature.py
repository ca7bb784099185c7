"""The check of a stored webhook's signature, step by step."""

from collections.abc import Mapping

from console.journal.record import Record
from console.voice.webhook_steps import Expected, Step, steps_of


def steps_of_record(record: Record, application_id: str, api_key: str) -> tuple[Step, ...]:
    """Return the steps of the check that was made when it came, by what its record keeps.

    Args:
        record: A webhook whose verdict is not `unchecked`.
        application_id: This context's; empty: any was taken.
        api_key: This context's account; empty: not known.
    """
    meta = record.meta
    kept = meta.get("signature")
    whole = not meta.get("masked") and not isinstance(meta.get("bytes"), int)
    return steps_of(
        kept if isinstance(kept, Mapping) else {},
        str(meta.get("reason", "")),
        Expected(
            at=record.at // 1_000_000_000,
            payload=record.raw if whole else None,
            query=meta.get("method") == "GET",
            application_id=application_id,
            api_key=api_key,
        ),
    )
