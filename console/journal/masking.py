"""What never enters the journal: credentials, private keys, and digits where the context says so.

Digits (reliability 7, "DTMF PIN" and "Digits from the hash"): with `mask_digits` every value
that holds what somebody keyed in (`dtmf.digits`, the flat `dtmf` of old, `digits` sent,
`dtmfAnswer`, `pressed` of a sandbox) is replaced by its count. Nothing derived from the digits is
kept beside it, such as the hashes in a webhook's `signature`, from which short digits can be found.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from msgspec.structs import replace

from console.journal.record import WEBHOOK_KINDS, Meta, NewRecord
from console.secret import MASK

CREDENTIALS: Final = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-api-secret",
        "x-amz-security-token",
    }
)
"""Names of headers that are dropped wherever they appear (lower case)."""

_SECRET_NAME: Final = re.compile(r"secret|token|password|private.?key", re.IGNORECASE)
_PRIVATE_KEY: Final = re.compile(
    rb"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
"""As PEM text, also inside a JSON string; what has no end is taken to the end."""
_KEYED: Final = frozenset({"digit", "digits", "dtmf", "dtmfanswer", "pressed"})
_HASHES: Final = frozenset({"payload_hash", "body_hash"})
_MASKED: Final = re.compile(r"\[\d+ digits?\]")


def masked(digits: str) -> str:
    """Return what stands for `digits`: their count. What is masked already stays as it is."""
    if not digits or _MASKED.fullmatch(digits):
        return digits
    return f"[{len(digits)} digit{'' if len(digits) == 1 else 's'}]"


def protect(record: NewRecord, *, mask_digits: bool) -> NewRecord:
    """Return `record` as it may be stored; the same object where nothing has to go."""
    if b"PRIVATE KEY-----" in record.raw:
        record = replace(record, raw=_PRIVATE_KEY.sub(MASK.encode(), record.raw))
    meta = _without_credentials(record.meta)
    raw = record.raw
    if mask_digits:
        meta = _mask_meta(meta)
        raw = _mask_raw(record)
        if raw != record.raw:
            meta = {**meta, "masked": True}
    if raw is record.raw and meta is record.meta:
        return record
    return replace(record, raw=raw, meta=meta)


def mask_query(query: str) -> str:
    """Return a query string with the digits of its fields masked (5.3: objects are JSON)."""
    changed = False
    fields: list[tuple[str, str]] = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        hidden = value
        if value[:1] in ("{", "["):
            text = _mask_json(value.encode("utf-8", "replace"))
            hidden = masked(value) if text is None else text.decode()
        elif name.lower() in _KEYED:
            hidden = masked(value)
        changed = changed or hidden != value
        fields.append((name, hidden))
    return urlencode(fields) if changed else query


class _Walk:
    """Masks each JSON object as it is read, so that a repeated key cannot hide a value."""

    def __init__(self) -> None:
        self.changed = False

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {key: self._value(key, value) for key, value in pairs}

    def _value(self, key: str, value: Any) -> Any:
        if key.lower() not in _KEYED:
            return value
        return self._hide(value)

    def _hide(self, value: Any) -> Any:
        match value:
            case bool() | None | dict():
                return value
            case list():
                return [self._hide(one) for one in value]
            case _:
                hidden = masked(str(value))
                self.changed = self.changed or hidden != value
                return hidden


def _mask_json(raw: bytes) -> bytes | None:
    """Return `raw` with its digits masked, untouched where there are none, None if unreadable."""
    walk = _Walk()
    try:
        value = json.loads(raw, object_pairs_hook=walk.object)
    except (ValueError, RecursionError):
        return None
    return json.dumps(value, separators=(",", ":")).encode() if walk.changed else raw


def _mask_raw(record: NewRecord) -> bytes:
    if not record.raw:
        return record.raw
    if record.kind in WEBHOOK_KINDS and record.meta.get("method") == "GET":
        query = record.raw.decode("utf-8", "replace")
        hidden = mask_query(query)
        return record.raw if hidden == query else hidden.encode()
    found = _mask_json(record.raw)
    if found is not None:
        return found
    # What cannot be read may hold digits anywhere: of a webhook only the size is kept.
    if record.kind in WEBHOOK_KINDS:
        return f"[{len(record.raw)} unreadable bytes]".encode("ascii")
    return record.raw


def _mask_meta(meta: Meta) -> Meta:
    signature = meta.get("signature")
    if isinstance(signature, Mapping) and not _HASHES.isdisjoint(signature):
        kept = {name: value for name, value in signature.items() if name not in _HASHES}
        meta = {**meta, "signature": kept}
    walk = _Walk()
    hidden = walk.object([(key, _mask_value(walk, key, value)) for key, value in meta.items()])
    return hidden if hidden != meta else meta


def _mask_value(walk: _Walk, key: str, value: Any) -> Any:
    match value:
        case str() if key == "query":
            return mask_query(value)
        case str() if key in ("url", "path") and "?" in value:
            head, _, query = value.partition("?")
            return f"{head}?{mask_query(query)}"
        case Mapping():
            return walk.object([(str(k), _mask_value(walk, str(k), v)) for k, v in value.items()])
        case list() | tuple():
            return [_mask_value(walk, key, one) for one in value]
        case _:
            return value


def _without_credentials(meta: Meta) -> Meta:
    headers = meta.get("headers")
    if not isinstance(headers, Mapping):
        return meta
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower() not in CREDENTIALS and not _SECRET_NAME.search(name)
    }
    return meta if len(kept) == len(headers) else {**meta, "headers": kept}
