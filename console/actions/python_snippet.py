"""A request as a Python program: httpx, and PyJWT for its token."""

from collections.abc import Iterator
from typing import Final

from console.actions.snippet import ENV, Sent, Signs
from console.http import URL

_APPLICATION: Final = f'''\
key = os.environ["{ENV}PRIVATE_KEY"]  # the PEM text, or the path of its file
if "-----BEGIN" not in key:
    with open(key, encoding="ascii") as file:
        key = file.read()
now = int(time.time())
token = jwt.encode(
    {{
        "application_id": os.environ["{ENV}APPLICATION_ID"],
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),
    }},
    key,
    algorithm="RS256",
)
'''


def python_of(sent: Sent) -> str:
    """Return the program that sends exactly this and prints the answer; ASCII."""
    signs = sent.signs
    needs = {
        Signs.APPLICATION: ("os", "time", "uuid"),
        Signs.WEBHOOK: ("hashlib", "os", "time", "uuid"),
        Signs.ACCOUNT: ("base64", "os"),
        Signs.NOTHING: (),
    }[signs]
    with_token = signs in (Signs.APPLICATION, Signs.WEBHOOK)
    packages = 'httpx "pyjwt[crypto]"' if with_token else "httpx"
    lines = [f"# pip install {packages}", *(f"import {each}" for each in needs)]
    lines += ["", "import httpx"] if needs else ["import httpx"]
    lines += ["import jwt", ""] if with_token else [""]
    if sent.body:
        lines += [f"body = {sent.body!r}"]
    lines += [*_signing(sent), "request = httpx.Request("]
    lines += [f"    {sent.method!r},", f"    {sent.url!r},", "    headers=["]
    lines += [f"        ({name!r}, {_value(value)})," for name, value in sent.headers]
    lines += _authorization(signs)
    lines += ["    ],"]
    if sent.body:
        lines += ["    content=body,"]
    if (target := _target(sent.url)) != URL(sent.url).raw_path:
        lines += [f'    extensions={{"target": {target!r}}},']
    lines += [")"]
    lines += ["with httpx.Client(timeout=10) as client:", "    response = client.send(request)"]
    lines += ["print(response.status_code)", "print(response.text)"]
    return "\n".join(lines) + "\n"


def _signing(sent: Sent) -> Iterator[str]:
    match sent.signs:
        case Signs.APPLICATION:
            yield from _APPLICATION.splitlines()
        case Signs.ACCOUNT:
            yield f'pair = os.environ["{ENV}API_KEY"] + ":" + os.environ["{ENV}API_SECRET"]'
        case Signs.WEBHOOK:
            payload = "body" if sent.body and sent.body == sent.payload else repr(sent.payload)
            yield "token = jwt.encode("
            yield "    {"
            yield '        "iss": "Vonage",'
            yield '        "iat": int(time.time()),'
            yield '        "jti": str(uuid.uuid4()),'
            yield from (f"        {name!r}: {value!a}," for name, value in sent.claims)
            yield f'        "payload_hash": hashlib.sha256({payload}).hexdigest(),'
            yield "    },"
            yield f'    os.environ["{ENV}SIGNATURE_SECRET"],'
            yield '    algorithm="HS256",'
            yield ")"
        case Signs.NOTHING:
            pass


def _authorization(signs: Signs) -> Iterator[str]:
    match signs:
        case Signs.APPLICATION | Signs.WEBHOOK:
            yield '        ("authorization", f"Bearer {token}"),'
        case Signs.ACCOUNT:
            yield '        ("authorization", "Basic " + base64.b64encode(pair.encode()).decode()),'
        case Signs.NOTHING:
            pass


def _value(value: str) -> str:
    """Return a header's value; beyond ASCII its bytes, which nobody encodes in another way."""
    return ascii(value) if value.isascii() else repr(value.encode("latin-1", "replace"))


def _target(url: str) -> bytes:
    """Return what is asked for, as it is written in the URL."""
    rest = url.partition("://")[2]
    place = min((at for sign in "/?" if (at := rest.find(sign)) >= 0), default=len(rest))
    path = rest[place:]
    return (path if path.startswith("/") else "/" + path).encode("ascii")
