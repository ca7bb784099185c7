"""A request as a program for Node 18 or later: fetch, and its own crypto for the token."""

import base64
import json
from collections.abc import Iterator
from typing import Final

from console.actions.snippet import ENV, Sent, Signs

_APPLICATION: Final = f"""\
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
let key = process.env.{ENV}PRIVATE_KEY; // the PEM text, or the path of its file
if (!key.includes("-----BEGIN")) key = require("node:fs").readFileSync(key, "ascii");
const now = Math.floor(Date.now() / 1000);
const signed = encoded({{ alg: "RS256", typ: "JWT" }}) + "." + encoded({{
  application_id: process.env.{ENV}APPLICATION_ID,
  iat: now,
  exp: now + 300,
  jti: crypto.randomUUID(),
}});
const signature = crypto.sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url");
"""


def node_of(sent: Sent) -> str:
    """Return the program that sends exactly this and prints the answer; ASCII.

    `fetch` adds headers of its own (`accept`, `accept-language`, `user-agent`, …) where the
    request has none of that name.
    """
    lines: list[str] = []
    if sent.signs in (Signs.APPLICATION, Signs.WEBHOOK):
        lines += ['const crypto = require("node:crypto");']
    if sent.body:
        lines += [f"const body = {_bytes(sent.body)};"]
    lines += [*_signing(sent), f"fetch({json.dumps(sent.url)}, {{"]
    lines += [f"  method: {json.dumps(sent.method)},", "  headers: {"]
    lines += [f"    {json.dumps(name)}: {json.dumps(value)}," for name, value in sent.headers]
    match sent.signs:
        case Signs.APPLICATION | Signs.WEBHOOK:
            lines += ['    authorization: "Bearer " + signed + "." + signature,']
        case Signs.ACCOUNT:
            lines += ['    authorization: "Basic " + Buffer.from(pair).toString("base64"),']
        case Signs.NOTHING:
            pass
    lines += ["  },", *(["  body,"] if sent.body else []), '  redirect: "manual",']
    lines += ["}).then(async (response) => {", "  console.log(response.status);"]
    lines += ["  console.log(await response.text());", "});"]
    return "\n".join(lines) + "\n"


def _signing(sent: Sent) -> Iterator[str]:
    match sent.signs:
        case Signs.APPLICATION:
            yield from _APPLICATION.splitlines()
        case Signs.ACCOUNT:
            yield f'const pair = process.env.{ENV}API_KEY + ":" + process.env.{ENV}API_SECRET;'
        case Signs.WEBHOOK:
            same = sent.body and sent.body == sent.payload
            payload = "body" if same else _bytes(sent.payload)
            yield (
                "const encoded = (value) =>"
                ' Buffer.from(JSON.stringify(value)).toString("base64url");'
            )
            yield 'const signed = encoded({ alg: "HS256", typ: "JWT" }) + "." + encoded({'
            yield '  iss: "Vonage",'
            yield "  iat: Math.floor(Date.now() / 1000),"
            yield "  jti: crypto.randomUUID(),"
            yield from (f"  {json.dumps(name)}: {json.dumps(it)}," for name, it in sent.claims)
            yield f'  payload_hash: crypto.createHash("sha256").update({payload}).digest("hex"),'
            yield "});"
            yield (
                f'const signature = crypto.createHmac("sha256", process.env.{ENV}SIGNATURE_SECRET)'
            )
            yield '  .update(signed).digest("base64url");'
        case Signs.NOTHING:
            pass


def _bytes(raw: bytes) -> str:
    """Return bytes as a Buffer: readable where they are text."""
    try:
        return f"Buffer.from({json.dumps(raw.decode())})"
    except UnicodeDecodeError:
        return f'Buffer.from("{base64.b64encode(raw).decode()}", "base64")'
