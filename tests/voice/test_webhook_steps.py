"""Ten tampered deliveries, ten right diagnoses; and nothing of a token is kept that signs."""

import hashlib
import json
from collections.abc import Callable

import pytest

from console.voice.tokens import check_webhook, sign_webhook
from console.voice.webhook_steps import Came, Expected, Step, kept_of, steps_of
from tests.voice.test_webhook_tokens import APP, BODY, NOW, SECRET, claims, sign, token

SPACED = json.dumps(json.loads(BODY), indent=2).encode()


def steps(
    header: str | None,
    payload: bytes = BODY,
    *,
    secrets: tuple[str, ...] = (SECRET,),
    application_id: str = APP,
    kept_as: bytes | None = BODY,
) -> tuple[Step, ...]:
    found = check_webhook(header, payload, secrets, NOW, application_id=application_id)
    kept = kept_of(found, header, payload)
    assert header is None or header.rpartition(".")[2] not in json.dumps(kept) or "." not in header
    reason = "" if found.ok else f"{found.part}: {found.text}"
    expected = Expected(at=NOW, payload=kept_as, application_id=application_id, api_key="abcd1234")
    # What is kept goes through a journal.
    return steps_of(json.loads(json.dumps(kept)), reason, expected)


def of_another_account() -> str:
    return "Bearer " + sign_webhook(
        "another secret", api_key="ffff0000", application_id=APP, payload=BODY, now=NOW, jti="j"
    )


TAMPERED: dict[str, tuple[Callable[[], tuple[Step, ...]], str, str, str]] = {
    "no header": (lambda: steps(None), "missing", "carries no token", "proxy that drops"),
    "basic": (lambda: steps("Basic YTpi"), "malformed", "not `Bearer", "proxy"),
    "cut": (lambda: steps(sign().rpartition(".")[0]), "malformed", "not a JWT", "proxy"),
    "none": (
        lambda: steps(token(claims(), {"alg": "none"})),
        "algorithm",
        "it says none",
        "somebody else",
    ),
    "other secret": (
        lambda: steps(of_another_account()),
        "signature",
        "made with another secret",
        "names the account ffff0000, this context has abcd1234",
    ),
    "no secret": (
        lambda: steps(sign(), secrets=()),
        "signature",
        "no signature secret is set",
        "Set signature_secret",
    ),
    "issuer": (lambda: steps(token(claims(iss="Acme"))), "issuer", "it is Acme", "somebody else"),
    "old": (
        lambda: steps(sign(now=NOW - 3600)),
        "time",
        "3600 s old",
        "kept and sent again",
    ),
    "changed": (
        lambda: steps(sign(), BODY.replace(b"answered", b"rejected")),
        "payload_hash",
        hashlib.sha256(BODY).hexdigest(),
        "Somebody changed",
    ),
    "proxy": (
        lambda: steps(sign(), SPACED),
        "payload_hash",
        "the same value as compact JSON",
        "byte for byte",
    ),
    "other application": (
        lambda: steps(sign(app="someone-else")),
        "application",
        "someone-else",
        f"Here it is {APP}",
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_each_tampered_delivery_is_diagnosed(name: str) -> None:
    made, part, says, hint = TAMPERED[name]
    found = made()
    wrong = [step for step in found if step.came is Came.WRONG]
    assert [step.part for step in wrong] == [part]
    assert says in f"{wrong[0].says} {dict(wrong[0].compared)}"
    assert hint in wrong[0].hint
    place = found.index(wrong[0])
    assert {step.came for step in found[:place]} <= {Came.RIGHT}
    assert {step.came for step in found[place + 1 :]} <= {Came.UNSEEN}


def test_a_right_one_is_right_in_every_step() -> None:
    found = steps(sign(now=NOW - 3))
    assert {step.came for step in found} == {Came.RIGHT}
    told = " ".join(f"{step.says} {dict(step.compared)}" for step in found)
    assert "3 s before it came" in told
    assert hashlib.sha256(BODY).hexdigest() in told
    assert APP in told
    masked = steps(sign(), kept_as=None)
    assert "not kept as they came" in masked[6].says
    assert "any is taken" in steps(sign(), application_id="")[7].says


def test_a_record_of_before_is_explained_by_its_reason() -> None:
    found = steps_of({}, "time: the token is 900 s old", Expected(at=NOW, payload=BODY))
    assert [step.part for step in found if step.came is Came.WRONG] == ["time"]
    assert {step.came for step in steps_of({}, "", Expected(at=NOW, payload=BODY))} == {Came.RIGHT}
