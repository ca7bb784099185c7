import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.http import AsyncClient, ConnectError, trust
from console.sandbox import tls
from tests.sandbox.given import running

NOW = datetime.now(UTC)


@pytest.mark.conforms("2.4", "the sandbox serves HTTPS at a host and port an SDK can be given")
@pytest.mark.conforms("A", "compatibility: a TLS host for SDKs with a fixed https")
async def test_https_is_trusted_through_the_ca_and_through_nothing_else() -> None:
    async with running() as caller:
        context = trust(Path(caller.env["SANDBOX_CA_CERT"]))
        port = caller.sandbox.tls_url.rpartition(":")[2]
        assert caller.env["VONAGE_API_HOST"] == f"127.0.0.1:{port}"
        async with AsyncClient(verify=context, trust_env=False) as client:
            for host in ("127.0.0.1", "localhost"):
                headers = {"Authorization": f"Bearer {caller.token()}"}
                answer = await client.get(f"https://{host}:{port}/v1/calls", headers=headers)
                assert answer.status_code == 200
            named = await client.get(
                f"https://127.0.0.1:{port}/sandbox",
                headers={"Host": f"localhost:{port}"},
                extensions={"sni_hostname": "api.nexmo.com.localhost"},
            )
            assert named.status_code == 200
        async with AsyncClient(trust_env=False) as stranger:
            with pytest.raises(ConnectError):
                await stranger.get(caller.sandbox.tls_url)


def test_files_are_made_once_and_kept(tmp_path: Path) -> None:
    files = tls.prepare(tmp_path, "127.0.0.1", NOW)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert tls.prepare(tmp_path, "127.0.0.1", NOW + timedelta(days=300)) == files
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    for key in ("ca.key", "server.key"):
        assert (tmp_path / key).stat().st_mode & 0o777 == 0o600


def test_what_is_nearly_over_damaged_or_for_another_host_is_made_anew(tmp_path: Path) -> None:
    files = tls.prepare(tmp_path, "127.0.0.1", NOW)
    ca, server = files.ca_cert.read_bytes(), files.server_cert.read_bytes()
    tls.prepare(tmp_path, "127.0.0.1", NOW + timedelta(days=380))
    assert files.ca_cert.read_bytes() == ca
    assert files.server_cert.read_bytes() != server
    tls.prepare(tmp_path, "192.0.2.7", NOW)
    assert files.ca_cert.read_bytes() != ca
    context = ssl.create_default_context(cafile=str(files.ca_cert))
    assert context.cert_store_stats()["x509_ca"] == 1
    files.ca_cert.write_text("no certificate")
    tls.prepare(tmp_path, "127.0.0.1", NOW)
    assert b"BEGIN CERTIFICATE" in files.ca_cert.read_bytes()
