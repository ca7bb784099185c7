"""Two hours of a call center in virtual time: callers in and out, and all that can become of them.

Everything that is not the sandbox's follows from one seed: who calls when, what the far ends do.
"""

import heapq
import itertools
import json
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Any, Final

from starlette.responses import Response

from console.http import URL
from console.sandbox.exchanges import Exchanges, HttpAnswer
from console.sandbox.outbox import Attempt
from tests.sandbox.given import VIRTUAL, Caller, CustomerServer, Received, authorities, running

CALLS: Final = 2_000
SPAN_S: Final = 7_200
PUBLIC_URL: Final = "http://sandbox.example"
ROOMS: Final = 12

_OUTCOMES: Final = {
    "9990001": 5,  # answers and stays
    "9990002": 3,  # busy
    "9990003": 2,  # declines
    "9990004": 2,  # unanswered, unavailable
    "9990005": 2,  # unanswered, timeout
    "9990006": 3,  # rings until the timer ends it
    "9990007": 1,  # cannot be routed
    "9990010": 1,  # no number
    "9990012": 4,  # voicemail
    "9990014": 4,  # answers late
    "9990015": 5,  # hangs up by itself
}


def _talk(text: str) -> dict[str, Any]:
    return {"action": "talk", "text": text}


def _phone(number: str) -> list[dict[str, str]]:
    return [{"type": "phone", "number": number}]


def scripts(app: str) -> dict[str, list[dict[str, Any]]]:
    """What the app answers with, by the name in its answer URL."""
    return {
        "talk": [_talk("Thank you for calling. We are closed at the moment.")],
        "menu": [
            {**_talk("Press one for sales, two for support."), "bargeIn": True},
            {
                "action": "input",
                "type": ["dtmf"],
                "dtmf": {"maxDigits": 1, "timeOut": 10},
                "eventUrl": [f"{app}/input"],
            },
        ],
        "agent": [
            _talk("One moment please."),
            {"action": "connect", "from": "442079460000", "endpoint": _phone("9990015001")},
        ],
        "nobody": [
            {
                "action": "connect",
                "from": "442079460000",
                "timeout": 10,
                "eventType": "synchronous",
                "eventUrl": [f"{app}/connect"],
                "endpoint": _phone("9990002001"),
            },
        ],
        "message": [
            _talk("Leave a message after the tone."),
            {
                "action": "record",
                "endOnKey": "#",
                "beepStart": True,
                "timeOut": 60,
                "eventUrl": [f"{app}/recorded"],
            },
            _talk("Goodbye."),
        ],
        "hold": [{"action": "wait", "timeout": 90}, _talk("Goodbye.")],
        **{
            f"room{n}": [_talk("Welcome."), {"action": "conversation", "name": f"room-{n}"}]
            for n in range(ROOMS)
        },
    }


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt of a webhook; tokens are in headers and are not compared."""

    time: str
    url: str
    method: str
    body: str
    attempt: int
    status: int | None

    def line(self) -> str:
        return json.dumps([self.time, self.method, self.url, self.attempt, self.status, self.body])


@dataclass(frozen=True, slots=True)
class Worked:
    """What a shift left behind."""

    placed: Counter[str]
    sent: tuple[Sent, ...]
    ended_at: str

    def transcript(self) -> bytes:
        return "\n".join(one.line() for one in self.sent).encode()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in self.sent if one.method == "POST" and one.body]


async def work(
    seed: int, app: CustomerServer, *, calls: int = CALLS, span_s: int = SPAN_S
) -> Worked:
    """Work one shift to its end; the same `app` is to serve shifts that are compared."""
    settings = replace(VIRTUAL, seed=seed, public_url=PUBLIC_URL)
    answers = scripts(app.url)

    async def reply(got: Received) -> Response | None:
        app.received.clear()
        match got.path.split("/")[1:]:
            case ["answer", name]:
                return _json(answers[name])
            case ["answer"]:
                return _json(answers[_script_of(got.fields["from"])])
            case ["input"]:
                return _json([_talk(f"You pressed {got.fields['dtmf']['digits']}.")])
            case ["connect"] if got.fields.get("status") in ("busy", "timeout"):
                return _json(answers["message"])
            case _:
                return Response(status_code=204)

    app.reply = reply
    async with running(settings) as caller:
        await caller.point(app)
        people = _People(caller)
        try:
            return await _Day(people, app.url, Random(seed)).pass_by(calls, span_s)
        finally:
            people.leave()


def _json(ncco: list[dict[str, Any]]) -> Response:
    return Response(json.dumps(ncco), media_type="application/json")


_SCRIPTS: Final = ("talk", "menu", "agent", "nobody", "message", "hold", "room")


def _script_of(number: str) -> str:
    """The last three digits of an inbound caller's number say what the app answers."""
    script, room = int(number[-3]), int(number[-2:])
    name = _SCRIPTS[script]
    return f"{name}{room}" if name == "room" else name


class _People:
    """Who calls, who answers and who moves the clock: thousands of small requests."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._at = lru_cache(8)(lambda path: URL(f"{caller.sandbox.url}{path}"))
        self._exchanges = Exchanges(authorities(), rest_seconds=2.0, most_bytes=1024 * 1024)

    @property
    def log(self) -> deque[Attempt]:
        return self._caller.sandbox.runtime.parts.outbox.log

    async def post(self, path: str, body: dict[str, Any], *, token: bool = False) -> HttpAnswer:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {self._caller.token()}"
        url = self._at(path)
        connection = await self._exchanges.connection(url)
        return await connection.exchange("POST", url, headers, json.dumps(body).encode())

    async def move(self, **how: Any) -> dict[str, Any]:
        return _told(await self.post("/sandbox/clock", how), 200)

    def leave(self) -> None:
        self._exchanges.close()


def _told(answer: HttpAnswer, *statuses: int) -> dict[str, Any]:
    assert answer.status in statuses, answer
    found = json.loads(answer.body or b"{}")
    assert isinstance(found, dict)
    return found


_Step = Callable[[], Awaitable[None]]


class _Day:
    """What people do at which second, the earliest first."""

    def __init__(self, people: _People, app: str, chance: Random) -> None:
        self._people = people
        self._app = app
        self._chance = chance
        self._due: list[tuple[float, int, _Step]] = []
        self._order = itertools.count()
        self._now = 0.0
        self._placed: Counter[str] = Counter()
        self._sent: list[Sent] = []

    async def pass_by(self, calls: int, span_s: int) -> Worked:
        chance = self._chance
        for second in sorted(round(chance.uniform(0, span_s), 3) for _ in range(calls)):
            inbound = chance.random() < 0.5
            self._at(second, self._inbound() if inbound else self._outbound())
        while self._due:
            second, _, step = heapq.heappop(self._due)
            if second > self._now:
                await self._people.move(advance=round(second - self._now, 3))
                self._now = second
            await step()
            self._collect()
        moved = await self._people.move(until="idle")
        assert moved["idle"] is True, moved
        self._collect()
        return Worked(self._placed, tuple(self._sent), moved["now"])

    def _at(self, second: float, step: _Step) -> None:
        heapq.heappush(self._due, (round(second, 3), next(self._order), step))

    def _collect(self) -> None:
        """Take what was sent: the sandbox itself keeps the latest ten thousand only."""
        log = self._people.log
        while log and (log[0].status is not None or log[0].reason is not None):
            one = log.popleft()
            time = one.to_wire()["time"]
            self._sent.append(Sent(time, one.url, one.method, one.body, one.attempt, one.status))

    def _inbound(self) -> _Step:
        chance = self._chance
        script = chance.randrange(len(_SCRIPTS))
        number = f"4477009{chance.randrange(100):02}{script}{chance.randrange(ROOMS):02}"
        patience = chance.uniform(5, 240)
        keys = chance.choice(["1", "2", "#"])

        async def dial() -> None:
            body = {"to": "442079460000", "from": number}
            answer = await self._people.post("/sandbox/calls", body)
            leg = str(_told(answer, 201)["uuid"])
            self._placed[_SCRIPTS[script]] += 1
            if _SCRIPTS[script] in ("menu", "nobody", "message"):
                self._at(self._now + min(patience, 4), self._far_end(leg, "dtmf", digits=keys))
            self._at(self._now + patience, self._far_end(leg, "hangup"))

        return dial

    def _outbound(self) -> _Step:
        chance = self._chance
        prefix = chance.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
        script = chance.choice(["talk", "menu", "agent", "message", "hold", "room3"])
        inline = chance.random() < 0.5
        patience = chance.uniform(20, 240)
        options: dict[str, Any] = {"ringing_timer": 20}
        if prefix == "9990012":
            options["machine_detection"] = chance.choice(["continue", "hangup"])
        number = f"{prefix}{chance.randrange(1000):03}"

        async def dial() -> None:
            if inline:
                options["ncco"] = scripts(self._app)[script]
            else:
                options["answer_url"] = [f"{self._app}/answer/{script}"]
            leg = await self._create(number, options)
            self._placed[prefix] += 1
            self._at(self._now + patience, self._far_end(leg, "hangup"))

        return dial

    async def _create(self, number: str, options: dict[str, Any]) -> str:
        body = {"to": _phone(number), "from": _phone("442079460000")[0]} | options
        answer = await self._people.post("/v1/calls", body, token=True)
        return str(_told(answer, 201)["uuid"])

    def _far_end(self, leg: str, action: str, **more: str) -> _Step:
        async def act() -> None:
            body = {"action": action} | more
            answer = await self._people.post(f"/sandbox/calls/{leg}/far-end", body)
            # 409 where the call is over by then.
            _told(answer, 200, 204, 409)

        return act
