"""Shaken identities at the API: those that verify ring, all others are rejected."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from console.sandbox.quirks import parse_quirks
from console.voice.shaken import sign_identity
from tests.sandbox.given import VIRTUAL, Caller, CustomerServer, connected, running

FROM, TO = "442079460000", "447700900000"
Pair = tuple[Caller, CustomerServer]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    async with connected(VIRTUAL) as opened:
        yield opened


async def identity(caller: Caller, to: str = TO, from_: str = FROM) -> str:
    answer = await caller.control("POST", "/shaken", {"from": from_, "to": to})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["identity"])


async def dialled(pair: Pair, shaken: str) -> tuple[dict[str, object], str | None]:
    """Dial with an identity; return the last event, and why the platform refused."""
    caller, app = pair
    leg = await caller.create({"type": "phone", "number": TO, "shaken": shaken})
    await caller.advance(2)
    return app.events(uuid=leg)[-1], (await caller.leg(leg))["refused"]


@pytest.mark.conforms("3.1", "a shaken identity that verifies lets the call ring")
async def test_an_identity_of_the_sandbox_verifies(pair: Pair) -> None:
    event, refused = await dialled(pair, await identity(pair[0]))
    assert (event["status"], refused) == ("answered", None)


@pytest.mark.conforms("3.1", "a shaken identity that does not verify is rejected")
@pytest.mark.parametrize("case", ["form", "signature", "callee", "caller", "certificate"])
async def test_what_does_not_verify_is_rejected(pair: Pair, case: str) -> None:
    caller, _ = pair
    good = await identity(caller)
    info = (await caller.control("GET", "")).json()["shaken_certificate"]
    key = ec.generate_private_key(ec.SECP256R1())
    shaken = {
        "form": good.replace("ES256", "RS256"),
        "signature": sign_identity(key, info=info, caller=FROM, callee=TO, now=0, origid="1"),
        "callee": await identity(caller, to="447700900001"),
        "caller": await identity(caller, from_="442079460001"),
        "certificate": sign_identity(
            key, info="https://certs.example.com/a.pem", caller=FROM, callee=TO, now=0, origid="1"
        ),
    }[case]
    event, refused = await dialled(pair, shaken)
    assert (event["status"], event["detail"], event["sip_code"]) == ("rejected", "restricted", 403)
    assert case in (refused or "").lower() or case == "form"
    assert "shaken" in (refused or "")


async def test_a_connect_is_checked_as_well(pair: Pair) -> None:
    caller, app = pair
    endpoint = {"type": "phone", "number": TO, "shaken": await identity(caller, to="447700900001")}
    app.ncco = [{"action": "connect", "from": FROM, "endpoint": [endpoint]}]
    await caller.dial_in()
    await caller.advance(2)
    assert app.events(to=TO, status="rejected")


async def test_a_foreign_certificate_is_taken_by_a_switch() -> None:
    foreign = sign_identity(
        ec.generate_private_key(ec.SECP256R1()),
        info="https://certs.example.com/a.pem",
        caller=FROM,
        callee=TO,
        now=0,
        origid="1",
    )
    settings = replace(VIRTUAL, quirks=parse_quirks(["foreign_identity=accept"]))
    async with connected(settings) as pair:
        assert (await dialled(pair, foreign))[0]["status"] == "answered"
        assert (await dialled(pair, foreign.replace("ES256", "ES512")))[0]["status"] == "rejected"


async def test_certificate_and_bodies(pair: Pair) -> None:
    caller, _ = pair
    info = (await caller.control("GET", "")).json()["shaken_certificate"]
    got = await caller.http.get(info)
    assert got.headers["content-type"] == "application/pem-certificate-chain"
    certificate = x509.load_pem_x509_certificate(got.content)
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    for body, field in (
        ({}, "from"),
        ({"from": FROM}, "to"),
        ({"from": FROM, "to": "12"}, "to"),
        ({"from": "x", "to": TO}, "from"),
    ):
        answer = await caller.control("POST", "/shaken", body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_the_key_is_kept_and_a_broken_one_made_anew(tmp_path: Path) -> None:
    settings = replace(VIRTUAL, state=tmp_path)
    async with running(settings):
        kept = (tmp_path / "shaken.key").read_bytes()
        assert (tmp_path / "shaken.key").stat().st_mode & 0o777 == 0o600
    async with running(settings):
        assert (tmp_path / "shaken.key").read_bytes() == kept
    (tmp_path / "shaken.key").write_bytes(b"torn")
    async with running(settings) as caller:
        assert (await identity(caller)).endswith('ppt="shaken"')
        assert (tmp_path / "shaken.key").read_bytes() != kept
