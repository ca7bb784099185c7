"""Answers that a scenario gives itself, where no app is behind it: an NCCO for each webhook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.sandbox.attention import phrase_in
from console.sandbox.http_server import Front, Listener, bind
from console.sandbox.intake import Verbs
from console.sandbox.step_values import BadStep, table, text
from console.voice.ncco import NccoError, parse_ncco
from console.voice.numbers import digits_of
from console.voice.wire import UnreadableJson, decode_json, encode_json

APP: Final = "{app}"
"""Stands for the base URL of these answers in their NCCOs, as in `eventUrl = ["{app}/menu"]`."""
_SOME_URL: Final = "http://127.0.0.1:1"
_HOST: Final = "127.0.0.1"
ANSWER_PATH: Final = "/answer"
EVENT_PATH: Final = "/event"
KNOWN: Final = ("number", "path", "digits", "speech", "status", "ncco")
"""Entries of an `[[answer]]`."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One `[[answer]]`: what a webhook is answered that fits.

    Attributes:
        number: The number that was called; empty: `path` counts.
        path: Of an `eventUrl` of another answer.
        digits: The keys that an `input` webhook tells; None: any.
        speech: A phrase in the speech it tells; None: any.
        status: HTTP status.
        ncco: With `{app}` where URLs of these answers are; None: no body.
    """

    number: str
    path: str
    digits: str | None
    speech: str | None
    status: int
    ncco: Any

    def fits(self, path: str, body: Mapping[str, Any]) -> bool:
        """Tell whether it answers a webhook."""
        if self.number:
            if path != ANSWER_PATH or str(body.get("to", "")) != self.number:
                return False
        elif path != self.path:
            return False
        if self.digits is not None and _digits(body) != self.digits:
            return False
        return self.speech is None or phrase_in(_speech(body), (self.speech,)) is not None


def parse_answer(value: object, path: str) -> GivenAnswer:
    """Return one answer.

    Raises:
        BadStep: It cannot be used.
    """
    given = table(value, path, KNOWN)
    if ("number" in given) == ("path" in given):
        raise BadStep(path, "needs exactly one of number and path")
    number, where = "", ""
    if "number" in given:
        number = digits_of(text(given["number"], f"{path}.number")) or ""
        if not number:
            raise BadStep(f"{path}.number", "is no number of 7 to 15 digits")
    else:
        where = text(given["path"], f"{path}.path")
        if not where.startswith("/") or where in (ANSWER_PATH, EVENT_PATH):
            raise BadStep(f"{path}.path", 'must be a path of its own, such as "/menu"')
    status = given.get("status", 200)
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise BadStep(f"{path}.status", "must be an HTTP status")
    ncco = given.get("ncco")
    if ncco is not None:
        try:
            parse_ncco(_with_urls(ncco, _SOME_URL))
        except NccoError as error:
            raise BadStep(f"{path}.ncco", str(error.defects[0])) from error
    digits, speech = given.get("digits"), given.get("speech")
    if not isinstance(digits, str | None):
        raise BadStep(f"{path}.digits", "must be a text")
    return GivenAnswer(
        number,
        where,
        digits,
        None if speech is None else text(speech, f"{path}.speech"),
        status,
        ncco,
    )


class AnsweringApp:
    """An app that gives these answers, on a port of its own; the first one that fits is given.

    Args:
        answers: In their order.
    """

    def __init__(self, answers: Sequence[GivenAnswer]) -> None:
        self._answers = tuple(answers)
        verbs = Verbs({"GET": self._take, "POST": self._take})
        bound = bind(_HOST, 0, "--app")
        self._listener = Listener(Front([Route("/{path:path}", verbs)]), bound)
        self.url = f"http://{_HOST}:{self._listener.port}"
        """Base URL, without a trailing slash."""

    async def start(self) -> None:
        """Serve."""
        await self._listener.start()

    async def stop(self) -> None:
        """End."""
        await self._listener.stop()

    async def _take(self, request: Request) -> Response:
        path = request.url.path
        body = await _body(request)
        for answer in self._answers:
            if answer.fits(path, body):
                if answer.ncco is None:
                    return Response(status_code=answer.status)
                ncco = encode_json(_with_urls(answer.ncco, self.url))
                return Response(ncco, answer.status, media_type="application/json")
        return Response(status_code=404 if path == ANSWER_PATH else 204)


async def _body(request: Request) -> Mapping[str, Any]:
    if request.method == "GET":
        return dict(request.query_params)
    try:
        found = decode_json(await request.body())
    except UnreadableJson:
        return {}
    return found if isinstance(found, Mapping) else {}


def _digits(body: Mapping[str, Any]) -> str | None:
    dtmf = body.get("dtmf")
    found = dtmf.get("digits") if isinstance(dtmf, Mapping) else dtmf
    return found if isinstance(found, str) else ""


def _speech(body: Mapping[str, Any]) -> str:
    speech = body.get("speech")
    results = speech.get("results") if isinstance(speech, Mapping) else None
    best = results[0] if isinstance(results, list) and results else None
    return str(best.get("text", "")) if isinstance(best, Mapping) else ""


def _with_urls(value: Any, url: str) -> Any:
    if isinstance(value, str):
        return value.replace(APP, url)
    if isinstance(value, list):
        return [_with_urls(one, url) for one in value]
    if isinstance(value, Mapping):
        return {name: _with_urls(one, url) for name, one in value.items()}
    return value
