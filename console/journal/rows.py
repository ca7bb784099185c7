"""Records as rows and back."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import msgspec

from console.journal.record import JournalError, Kind, Meta, NewRecord, Record, Verdict

Row: TypeAlias = tuple[int, int, str, str, str | None, str | None, str | None, str, bytes, str]
"""at, mono, kind, exchange, leg, conversation, status, verdict, raw, meta."""

COLUMNS: Final = (
    "seq, session, at, mono, kind, exchange, leg, conversation, status, verdict, raw, meta"
)

_encode = msgspec.json.Encoder(enc_hook=dict).encode
_decode = msgspec.json.Decoder().decode
_KINDS: Final[Mapping[str, Kind]] = {kind.value: kind for kind in Kind}
_VERDICTS: Final[Mapping[str, Verdict]] = {verdict.value: verdict for verdict in Verdict}
_MAX: Final = 2**63


def to_row(new: NewRecord) -> Row:
    """Return what is stored of a record, its sequence and session still missing.

    Raises:
        JournalError: It holds something that cannot be kept: a program error, told before
            anything is written.
    """
    try:
        meta = _encode_meta(new.meta) if new.meta else "{}"
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise JournalError(
            f"A record of kind {new.kind} cannot be kept: its meta is not JSON ({error})."
        ) from error
    if not (-_MAX <= new.at < _MAX and -_MAX <= new.mono < _MAX):
        raise JournalError(f"A record of kind {new.kind} cannot be kept: its time is no time.")
    return (
        new.at,
        new.mono,
        new.kind.value,
        _storable(new.exchange),
        None if new.leg is None else _storable(new.leg),
        None if new.conversation is None else _storable(new.conversation),
        None if new.status is None else _storable(new.status),
        new.verdict.value,
        bytes(new.raw),
        meta,
    )


def from_row(seq: int, session: str, row: Row) -> Record:
    """Return the record of a row.

    Raises:
        JournalError: The file was damaged there: what stands in it was never written.
    """
    at, mono, kind, exchange, leg, conversation, status, verdict, raw, meta = row
    try:
        return Record(
            seq=seq,
            session=session,
            at=at,
            mono=mono,
            kind=_KINDS[kind],
            exchange=exchange,
            leg=leg,
            conversation=conversation,
            status=status,
            verdict=_VERDICTS[verdict],
            raw=raw,
            meta=_decode_meta(meta),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise JournalError(
            f"Record {seq} of the journal is damaged ({error}); keep the file and start with"
            " another."
        ) from error


def _encode_meta(meta: Meta) -> str:
    try:
        return _encode(dict(meta)).decode()
    except (UnicodeEncodeError, OverflowError):
        # Lone surrogates and giant numbers: slower, but kept.
        return json.dumps(dict(meta), separators=(",", ":"), default=dict)


def _decode_meta(meta: str) -> Meta:
    try:
        value: Meta = _decode(meta)
    except msgspec.DecodeError:
        value = json.loads(meta)
    return value


def _storable(text: str) -> str:
    # A lone surrogate from a JSON escape has no UTF-8: it is kept as its escape.
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which records are read: after a sequence number, up to one, of one session, leg, …."""

    after: int = 0
    until: int | None = None
    """The last sequence number wanted; none is "as far as there are"."""
    session: str | None = None
    leg: str | None = None
    conversation: str | None = None


class Rows:
    """Reads records through one connection; every call is one short transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names: dict[int, str] = {}

    def chunk(self, selection: Selection, limit: int) -> list[Record]:
        """Return at most `limit` records of the selection, in order.

        Raises:
            JournalError: The session is not in this journal.
        """
        where = ["seq > ?"]
        arguments: list[Any] = [selection.after]
        if selection.until is not None:
            where.append("seq <= ?")
            arguments.append(selection.until)
        if selection.session is not None:
            first, last = self.span(selection.session)
            where.append("seq >= ? AND seq <= ?")
            arguments += [first, last]
        for column in ("leg", "conversation"):
            value = getattr(selection, column)
            if value is not None:
                where.append(f"{column} = ?")
                arguments.append(value)
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM records WHERE {' AND '.join(where)} ORDER BY seq LIMIT ?",
            [*arguments, limit],
        ).fetchall()
        return [from_row(row[0], self._name(row[1]), row[2:]) for row in rows]

    def span(self, session: str) -> tuple[int, int]:
        """Return the first and the last sequence number a session may have.

        Raises:
            JournalError: The session is not in this journal.
        """
        found = self._connection.execute(
            "SELECT first_seq, (SELECT min(later.first_seq) - 1 FROM sessions AS later"
            " WHERE later.first_seq > sessions.first_seq) FROM sessions WHERE name = ?",
            (session,),
        ).fetchone()
        if found is None:
            raise JournalError(
                f"The journal has no session {session!r}; `voice-console sessions` lists them."
            )
        first, last = found
        return first, (_MAX - 1 if last is None else last)

    def last_seq(self) -> int:
        """Return the highest sequence number, 0 where there is none."""
        (last,) = self._connection.execute("SELECT coalesce(max(seq), 0) FROM records").fetchone()
        return int(last)

    def data_version(self) -> int:
        """Return a number that changes when another connection has committed."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _name(self, session: int) -> str:
        if session not in self._names:
            found = self._connection.execute(
                "SELECT name FROM sessions WHERE id = ?", (session,)
            ).fetchone()
            if found is None:
                raise JournalError(
                    f"The journal is damaged: it has records of a session {session!r}, and no"
                    " such session; keep the file and start with another."
                )
            self._names[session] = str(found[0])
        return self._names[session]
