"""The published descriptions of the API, with their faults mended by name, hold for both ends."""

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation
from schemathesis.checks import not_a_server_error
from schemathesis.config import (
    CacheConfig,
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.core.result import Err, Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from console.voice.tokens import ApplicationKey
from tests.openapi.application_faults import APPLICATION_FAULTS
from tests.openapi.description import Fault, Json, mended, sealed
from tests.openapi.exchanges import Exchange, Judge
from tests.openapi.narrowed import narrow
from tests.openapi.tour import toured
from tests.openapi.voice_faults import VOICE_FAULTS
from tests.real_sandbox import RealSandbox, real_sandbox
from tests.sandbox.given import STAY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FAULTS: Final = {"voice.yml": VOICE_FAULTS, "application.v2.yml": APPLICATION_FAULTS}
APPLICATIONS: Final = "/v2/applications"
EXAMPLES: Final = 100
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


# --- what our client sends and the sandbox answers -----------------------------------------------


@pytest.fixture(scope="module")
def exchanges() -> dict[str, list[Exchange]]:
    found: dict[str, list[Exchange]] = {file: [] for file in FAULTS}
    for one in toured():
        ours = one.path.startswith(APPLICATIONS)
        found["application.v2.yml" if ours else "voice.yml"].append(one)
    return found


@pytest.mark.parametrize("file", FAULTS)
def test_a_tour_of_the_api_is_as_described(file: str, exchanges: dict[str, list[Exchange]]) -> None:
    description = mended(file, FAULTS[file])
    judge = Judge(sealed(description))
    assert [(str(one), judge.defects(one)) for one in exchanges[file] if judge.defects(one)] == []
    seen = {(one.method.lower(), pattern) for one in exchanges[file] for pattern in judge.of(one)}
    every = {
        (method, path)
        for path, entry in description["paths"].items()
        for method in entry
        if method != "parameters"
    }
    assert every - seen == set()


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        pytest.param(file, fault, id=f"{file}: {fault.name}")
        for file, faults in FAULTS.items()
        for fault in faults
    ],
)
def test_each_fault_is_still_one(
    file: str, fault: Fault, exchanges: dict[str, list[Exchange]]
) -> None:
    others = mended(file, [one for one in FAULTS[file] if one is not fault])
    judges = [Judge(others), Judge(sealed(others))]
    assert any(judge.defects(one) for judge in judges for one in exchanges[file]), (
        f"nothing goes wrong without it; is {file} mended there? ({fault.section})"
    )


# --- what anybody may send ----------------------------------------------------------------------


class Target:
    """A sandbox, asked as its application and as its account."""

    def __init__(self, sandbox: RealSandbox) -> None:
        self.url = sandbox.url
        self.session = requests.Session()
        self.session.trust_env = False
        self._env = sandbox.env
        key = ApplicationKey.load(Path(self._env["VONAGE_PRIVATE_KEY"]).read_text("utf-8"))
        token = key.sign(
            self._env["VONAGE_APPLICATION_ID"], int(time.time()), str(uuid.uuid4()), ttl=3_600
        )
        self._bearer = {"authorization": f"Bearer {token}"}
        self._leg = self._other = ""
        webhooks = {name: {"address": f"{self.url}/{name}"} for name in ("answer_url", "event_url")}
        self._account(
            "PUT",
            f"{APPLICATIONS}/{self._env['VONAGE_APPLICATION_ID']}",
            {"name": "Test", "capabilities": {"voice": {"webhooks": webhooks}}},
        )

    def credentials(self, path: str) -> dict[str, Any]:
        if path.startswith(APPLICATIONS):
            return {"auth": (self._env["VONAGE_API_KEY"], self._env["VONAGE_API_SECRET"])}
        return {"headers": self._bearer}

    def parameters(self, path: str) -> dict[str, str]:
        """Something that is there: a leg that is talking, an application."""
        if path.startswith(f"{APPLICATIONS}/"):
            return {"id": self._application()}
        return {"uuid": self._answered()} if "{uuid}" in path else {}

    def advance(self, seconds: float) -> None:
        self._control("POST", "/clock", {"advance": seconds})

    def _answered(self) -> str:
        if self._leg and self._control("GET", f"/calls/{self._leg}")["status"] == "answered":
            return self._leg
        body = {
            "to": [{"type": "phone", "number": "447700900000"}],
            "from": {"type": "phone", "number": "442079460000"},
            "ncco": STAY,
        }
        made = self._json("POST", "/v1/calls", body, headers=self._bearer)
        self.advance(2)
        self._leg = made["uuid"]
        return self._leg

    def _application(self) -> str:
        found = self.session.get(
            f"{self.url}{APPLICATIONS}/{self._other}", **self.credentials(APPLICATIONS)
        )
        if not self._other or found.status_code == 404:
            self._other = self._account("POST", APPLICATIONS, {"name": "Other"})["id"]
        return self._other

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        return self._json(method, f"/sandbox{path}", body)

    def _account(self, method: str, path: str, body: Any) -> Any:
        return self._json(method, path, body, **self.credentials(path))

    def _json(self, method: str, path: str, body: Any, **options: Any) -> Any:
        answer = self.session.request(method, f"{self.url}{path}", json=body, **options)
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("openapi")
    with real_sandbox(folder, "--clock", "virtual", "--no-rate-limits") as sandbox:
        yield Target(sandbox)
    assert (folder / "sandbox.err").read_text("utf-8") == ""


Operation = APIOperation[Any, Any, Any, Any]


def operations(description: Json) -> list[Operation]:
    config = SchemathesisConfig(
        cache=CacheConfig(enabled=False),
        # The token is always a good one: bad ones are tested where tokens are.
        projects=ProjectsConfig(
            default=ProjectConfig(generation=GenerationConfig(with_security_parameters=False))
        ),
    )
    schema = schemathesis.openapi.from_dict(description, config=config)
    found = list(schema.get_all_operations())
    assert not [one for one in found if isinstance(one, Err)]
    return [one.ok() for one in found if isinstance(one, Ok)]


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("file", FAULTS)
def test_no_request_is_answered_with_a_fault_or_a_status_not_described(
    file: str, mode: GenerationMode, target: Target
) -> None:
    for operation in operations(mended(file, FAULTS[file])):
        # An id in a path is any string: of nothing else, there is nothing wrong to be sent.
        if mode is GenerationMode.POSITIVE or len(operation.body) + len(operation.query):
            _fuzz(operation, mode, target)


def test_what_keeps_the_limits_of_the_contract_is_answered_as_described(target: Target) -> None:
    description = mended("voice.yml", VOICE_FAULTS)
    narrow(description)
    taken = Counter[str]()
    for operation in operations(description):
        taken[operation.label] = _fuzz(operation, GenerationMode.POSITIVE, target, there=True)[2]
    # Nobody knows the id of a file; all else is taken often.
    assert taken.pop("GET /v1/files/{id}") == 0
    assert [label for label, often in taken.items() if often < EXAMPLES // 2] == []


def _fuzz(
    operation: Operation, mode: GenerationMode, target: Target, *, there: bool = False
) -> Counter[int]:
    """Send examples; return how many were answered 2xx (as 2) and 4xx (as 4)."""
    classes: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode), known=st.just(True) if there else st.booleans())
    def send(case: schemathesis.Case[Any], known: bool) -> None:
        if known:
            case.path_parameters.update(target.parameters(operation.path))
        answer = case.call(
            base_url=target.url, session=target.session, **target.credentials(operation.path)
        )
        case.validate_response(answer, checks=CHECKS)
        classes[answer.status_code // 100] += 1
        if operation.method == "post":
            target.advance(5)

    send()
    return classes
