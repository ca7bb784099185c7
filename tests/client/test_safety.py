"""Where the token may go, and what may be the name of a file (reliability, section 7)."""

import pytest

from console.client.errors import VoiceUnsafeError
from console.client.safety import check_base, check_name, may_have_token, path_id

LIVE = "https://api.nexmo.com"
FILE = "/v1/files/0c1d2e3f-0000-4000-8000-aabbccddeeff"

URLS = [
    (LIVE, f"https://api.nexmo.com{FILE}", True),
    (LIVE, f"https://API.NEXMO.COM{FILE}", True),
    (LIVE, f"https://api.nexmo.com:443{FILE}", True),
    (LIVE, f"https://api-us-1.nexmo.com{FILE}", True),
    (LIVE, f"https://nexmo.com{FILE}", True),
    (LIVE, f"https://vonage.com{FILE}", True),
    (LIVE, f"https://api-eu.vonage.com{FILE}?a=b", True),
    (LIVE, f"http://api.nexmo.com{FILE}", False),
    (LIVE, f"https://api.nexmo.com:8443{FILE}", False),
    (LIVE, f"https://evil.example{FILE}?x=nexmo.com", False),
    (LIVE, f"https://evil.example/nexmo.com{FILE}", False),
    (LIVE, f"https://evil.example{FILE}#vonage.com", False),
    (LIVE, f"https://notnexmo.com{FILE}", False),
    (LIVE, f"https://nexmo.com.evil.example{FILE}", False),
    (LIVE, f"https://nexmo.com@evil.example{FILE}", False),
    (LIVE, f"https://user:pass@api.nexmo.com{FILE}", False),
    (LIVE, f"https://evil.example\\@api.nexmo.com{FILE}", False),
    (LIVE, f"https://api.nexmo.com\\.evil.example{FILE}", False),
    (LIVE, f"https://api.nexmo.com.{FILE}", False),
    (LIVE, f"https://api\u3002nexmo\u3002com{FILE}", False),
    (LIVE, f"https://api.nexm\u03bf.com{FILE}", False),
    (LIVE, f"https://127.0.0.1{FILE}", False),
    (LIVE, f"https://[::1]{FILE}", False),
    (LIVE, "//api.nexmo.com/v1/files/x", False),
    (LIVE, "file:///etc/passwd", False),
    (LIVE, f"ftp://api.nexmo.com{FILE}", False),
    (LIVE, "", False),
    (LIVE, "https://", False),
    (LIVE, f" https://api.nexmo.com{FILE}", False),
    (LIVE, f"https://api.nexmo.com\r\nhost:evil{FILE}", False),
    ("https://voice.corp.example", f"https://voice.corp.example{FILE}", True),
    ("https://voice.corp.example", f"https://voice.corp.example:9{FILE}", False),
    ("https://voice.corp.example", f"http://voice.corp.example{FILE}", False),
    ("https://voice.corp.example", f"https://a.voice.corp.example{FILE}", False),
    ("http://127.0.0.1:8820", f"http://127.0.0.1:8820{FILE}", True),
    ("http://127.0.0.1:8820", f"https://127.0.0.1:8821{FILE}", True),
    ("http://127.0.0.1:8820", f"http://127.0.0.2:8820{FILE}", False),
    ("http://127.0.0.1:8820", f"http://localhost:8820{FILE}", False),
    ("https://api.nexmo.com.localhost:1", f"https://api.nexmo.com.localhost:2{FILE}", True),
]


@pytest.mark.parametrize(("own", "url", "allowed"), URLS, ids=lambda value: str(value)[:60])
def test_the_token_goes_to_the_platform_and_to_nobody_else(
    own: str, url: str, allowed: bool
) -> None:
    assert may_have_token(url, own) is allowed


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "../../etc/passwd",
        "0c1d2e3f-0000-4000-8000-aabbccddeef",
        "0c1d2e3f-0000-4000-8000-aabbccddeefff",
        "0C1D2E3F-0000-4000-8000-AABBCCDDEEFF",
        "0c1d2e3f/0000-4000-8000-aabbccddeeff",
        "0c1d2e3f-0000-4000-8000-aabbccddeef\n",
        "0c1d2e3f-0000-4000-8000-aabbccddee\x00f",
        "..................................//",
        "0c1d2e3f-0000-4000-8000-aabbccddee..",
        "\u0660c1d2e3f-0000-4000-8000-aabbccddeeff",
    ],
)
def test_a_name_that_could_be_a_path_is_refused(name: str) -> None:
    with pytest.raises(VoiceUnsafeError):
        check_name(name)


def test_an_id_is_a_name() -> None:
    name = "0c1d2e3f-0000-4000-8000-aabbccddeeff"
    assert check_name(name) == name


@pytest.mark.parametrize("url", ["https://api.nexmo.com", "http://127.0.0.1:1", "http://[::1]:1"])
def test_an_api_url_that_is_safe(url: str) -> None:
    check_base(url)


@pytest.mark.parametrize("url", ["http://api.nexmo.com", "api.nexmo.com", "", "ws://a.example"])
def test_an_api_url_that_is_not(url: str) -> None:
    with pytest.raises(VoiceUnsafeError):
        check_base(url)


def test_ids_as_they_come_are_left_alone() -> None:
    for uuid in ("63f61863-4a51-4f6b-86e1-46edebcf9356", "0779a56d002f1c7f47f82ef5fe84ab79"):
        assert path_id(uuid) == uuid
