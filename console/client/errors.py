"""What can go wrong on the way to the API, each as one typed error with a sentence for people."""

from dataclasses import dataclass

from console.voice.errors import ApiProblem

_STATE = "the leg is not in a state for this: not answered yet, or already over"
_BY_STATUS = {
    401: (
        "the credentials were refused: check application id, private key and this machine's clock"
    ),
    402: "the account's balance is too low",
    403: "the account may not do this; the feature is off or the account is suspended",
    404: "not found: the call has ended, belongs to another application or to another region",
    405: "the API does not know this method here; is the API URL right?",
    406: "the API cannot answer in JSON here; is the API URL right?",
    415: "the API did not take the request as JSON; is the API URL right?",
    429: "the account's rate limit is reached; other programs may share it",
}


class VoiceError(Exception):
    """A request came to nothing; `str()` is the sentence for people."""

    sentence: str

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class VoiceApiError(VoiceError):
    """The API answered, and the answer is no (3.11).

    Attributes:
        status: HTTP status.
        title: The body's `title` or `error_title`, or "".
        detail: The body's `detail`, or "".
        invalid_parameters: (name, reason) of each field that is named.
        trace: `instance` of the body or `x-nexmo-trace-id`, or "".
        raw: The body as it came.
        retry_after: Seconds of `Retry-After`, where given.
    """

    def __init__(
        self, problem: ApiProblem, *, trace: str = "", retry_after: float | None = None
    ) -> None:
        self.problem = problem
        self.status = problem.status
        self.title = problem.title or ""
        self.detail = problem.detail or ""
        self.invalid_parameters = tuple(
            (item.name, item.reason) for item in problem.invalid_parameters
        )
        self.trace = problem.instance or trace
        self.raw = problem.raw
        self.retry_after = retry_after
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        if self.invalid_parameters:
            named = "; ".join(f"{name}: {reason}" for name, reason in self.invalid_parameters)
            return f"the API refused the request ({self.status}): {named}"
        if self.status == 400:
            said = self.detail
            return f"{_STATE} (400)" + (f": {said}" if said else "")
        if self.status >= 500:
            return f"the platform failed ({self.status}); it may or may not have acted"
        meaning = _BY_STATUS.get(self.status)
        if meaning is not None:
            return f"{meaning} ({self.status})"
        said = self.detail or self.title or "no reason given"
        return f"the API refused the request ({self.status}): {said}"

    @property
    def refused(self) -> bool:
        """Whether it is certain that nothing was done: any 4xx but 408."""
        return 400 <= self.status < 500 and self.status != 408


_OF_ACCOUNT = {
    401: "the account's credentials were refused: check api_key and api_secret of this context",
    403: "the account may not do this; its key may be restricted",
    404: "not found: there is no such application, or it belongs to another account",
    429: "the account's APIs are asked too often; wait, then try again",
}


class AccountApiError(VoiceApiError):
    """The Application or the Numbers API said no (10.3, 10.4)."""

    def _sentence(self) -> str:
        said = self.detail or self.title or "no reason given"
        if self.status in _OF_ACCOUNT:
            return f"{_OF_ACCOUNT[self.status]} ({self.status})"
        if self.status == 400 and not self.invalid_parameters:
            return f"the API refused the request (400): {said}"
        if self.status == _NUMBERS_REFUSED:
            return f"the Numbers API refused it (420): {said}"
        return super()._sentence()


_NUMBERS_REFUSED = 420
"""Everything the Numbers API refuses but credentials."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which request an error is about."""

    method: str
    host: str


class VoiceUnreachable(VoiceError):
    """No answer came: refused, reset, cut, or not even a connection.

    Attributes:
        sent: Bytes may have left, so the request may have been carried out.
    """

    def __init__(self, where: Where, reason: str, *, sent: bool) -> None:
        self.where = where
        self.reason = reason
        self.sent = sent
        fate = "the request may have been carried out" if sent else "nothing was sent"
        super().__init__(f"no answer from {where.host} ({reason}); {fate}")


class VoiceTimeout(VoiceError):
    """No answer came in time.

    Attributes:
        sent: Bytes may have left, so the request may have been carried out.
    """

    def __init__(self, where: Where, seconds: float, *, sent: bool) -> None:
        self.where = where
        self.sent = sent
        fate = "the request may have been carried out" if sent else "nothing was sent"
        super().__init__(f"{where.host} did not answer within {seconds:g} s; {fate}")


class VoiceUnsafeError(VoiceError):
    """We refuse to do this: a foreign host, a name that is a path, a file that is too big."""


class VoiceCredentialsError(VoiceError):
    """The context lacks what is needed to sign a request."""


class VoiceUnreadableError(VoiceError):
    """The API answered 2xx with a body that cannot be read; `raw` keeps it."""

    def __init__(self, what: str, raw: bytes) -> None:
        super().__init__(f"the API's answer cannot be read: {what}")
        self.raw = raw
