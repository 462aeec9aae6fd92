"""Who calls: tokens as the platform hands them on, tokens that are checked here, and what a tenant may see."""

from __future__ import annotations

import datetime
import http.server
import json
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from accounts import trail
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt
from proposals import scripted
from served import Served, case, serving
from standin import Standin
from tokens import CALLER, OTHER, TENANTS, bearer, platform

Both = tuple[Served, Standin]
AUDIENCE = "https://router.example"
ISSUER = "https://issuer.example"
# JSON within JSON, as deep as a header is long.
DEEP = urlsafe_b64encode(b'{"x":' + b"[" * 40_000).decode().rstrip("=")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> Iterator[Both]:
    """A router with two tenants where the platform has checked the tokens."""
    own = {**routes, "tenants": TENANTS}
    folder = tmp_path_factory.mktemp("router")
    with Standin() as standin, serving(folder, own, standin, K_SERVICE="router") as served:
        yield served, standin


def test_a_tenants_caller_is_answered_and_the_record_names_the_tenant(router: Both) -> None:
    served, _ = router
    assert served.post("/v1/cases", case(), **bearer(CALLER))[0] == 200
    assert (served.log[-1]["tenant"], trail(served.ledger)[-1]["tenant"]) == ("claims-workflow", "claims-workflow")


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic dTpw"},
        {"Authorization": platform(CALLER)},
        {"Authorization": "Bearer a.b"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Bearer ...."},
        {"Authorization": "Bearer a.!!!!.c"},
        {"Authorization": "Bearer a.bnVsbA.c"},
        {"Authorization": "Bearer a." + "W10" * 9000 + ".c"},
        {"Authorization": f"Bearer a.{DEEP}.c"},
        {"Authorization": f"Bearer {platform(CALLER, expires_in=-1)}"},
        {"X-Serverless-Authorization": "", "Authorization": f"Bearer {platform(CALLER)}"},
        {"X-Serverless-Authorization": "Bearer \xff", "Authorization": f"Bearer {platform(CALLER)}"},
    ],
    # A token has the time in it, and would have another name in each worker.
    ids="-and-".join,
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/cases"), ("POST", "/v1/chat/completions"), ("GET", "/v1/cases/c-1"), ("GET", "/v1/models")],
)
def test_without_a_token_that_holds_nobody_is_told_anything(
    router: Both, header: dict[str, str], method: str, path: str
) -> None:
    served, standin = router
    status, answer, headers = served.call(method, path, json.dumps(case()).encode(), **header)
    assert (status, answer["error"]["type"], headers["www-authenticate"]) == (401, "authentication_error", "Bearer")
    assert standin.asked == []


@pytest.mark.parametrize("email", ["stranger@example-core.iam.gserviceaccount.com", CALLER.upper(), f"x{CALLER}", ""])
def test_a_caller_of_no_tenant_is_refused(router: Both, email: str) -> None:
    served, standin = router
    status, answer = served.post("/v1/cases", case(), **bearer(email))
    assert (status, answer["error"]["code"], standin.asked) == (403, "no-tenant", [])


def test_two_tokens_in_one_request_are_refused(router: Both) -> None:
    """The platform checked one of them, and nobody here knows which."""
    served, _ = router
    lines = [f"Authorization: Bearer {platform(email)}" for email in (CALLER, OTHER)]
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as wire:
        wire.sendall("\r\n".join(["GET /v1/models HTTP/1.1", "Host: x", "Connection: close", *lines, "", ""]).encode())
        assert wire.makefile("rb").readline().split()[1] == b"400"


def test_no_tenant_can_read_what_another_has_sent(router: Both) -> None:
    served, _ = router
    wanted = case(fields={"injury": True})
    status, answer = served.post("/v1/cases", wanted, **bearer(CALLER))
    assert status == 202
    assert served.call("GET", answer["address"], **bearer(CALLER))[0] == 200
    assert served.call("GET", answer["address"], **bearer(OTHER))[0] == 404


def test_the_same_case_of_two_tenants_is_two_cases(router: Both) -> None:
    served, standin = router
    wanted = case()
    for email in (CALLER, OTHER):
        status, _, headers = served.call("POST", "/v1/cases", json.dumps(wanted).encode(), **bearer(email))
        assert (status, headers.get("idempotent-replayed")) == (200, None)
    assert len(standin.asked) == 2


def test_a_token_is_taken_until_it_expires_and_no_longer(router: Both) -> None:
    served, _ = router
    short = bearer(CALLER, expires_in=2)
    assert served.call("GET", "/v1/models", **short)[0] == 200
    time.sleep(2.1)
    assert served.call("GET", "/v1/models", **short)[0] == 401


class Issuer:
    """Signs tokens with a key of its own, and serves the certificate as Google serves its own."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.served = True
        self.asked = 0

    def certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer.example")])
        now = datetime.datetime.now(datetime.UTC)
        built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        built = built.serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        signed = built.not_valid_after(now + datetime.timedelta(days=1)).sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()

    def token(self, email: str = CALLER, **changes: Any) -> str:
        encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        signer = crypt.RSASigner.from_string(self.key.private_bytes(*encoding), key_id="1")
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now - 60,
            "exp": now + 3600,
            "email": email,
            "email_verified": True,
        }
        return jwt.encode(signer, {**claims, **changes}).decode()

    @contextmanager
    def serving(self) -> Iterator[str]:
        issuer = self
        document = json.dumps({"1": self.certificate()}).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(200 if issuer.served else 503)
                self.end_headers()
                self.wfile.write(document if issuer.served else b"")

            def log_message(self, *_: object) -> None:
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}/certs"
            server.shutdown()


def test_outside_the_platform_tokens_are_checked_here(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    issuer, forger = Issuer(), Issuer()
    own = {**routes, "tenants": TENANTS}
    with (
        issuer.serving() as keys,
        serving(tmp_path, own, standin, AUDIENCE=AUDIENCE, CERTIFICATES_URL=keys, ISSUER=ISSUER) as served,
    ):

        def status(token: str) -> int:
            return served.post("/v1/cases", case(), Authorization=f"Bearer {token}")[0]

        assert status(issuer.token()) == 200
        assert status(issuer.token("stranger@example.iam.gserviceaccount.com")) == 403
        assert status(issuer.token(aud="https://another.example")) == 401
        assert status(issuer.token(exp=int(time.time()) - 30)) == 401
        assert status(issuer.token(email_verified=False)) == 401
        assert status(issuer.token(iss="https://another.example")) == 401
        assert status(issuer.token(iss=None)) == 401
        assert status(forger.token()) == 401
        assert status(platform(CALLER)) == 401
        assert status(f"{DEEP}.e30.c2ln") == 401
        head, claims, _ = issuer.token().split(".")
        assert status(f"{head}.{claims}.") == 401
        known = issuer.token()
        assert status(known) == 200
        assert issuer.asked == 1, "keys are asked for once, whatever tokens come"
        issuer.served = False
        assert status(known) == 200, "one that was checked needs no key again"
        assert status(issuer.token(iat=int(time.time()) - 90)) == 200, "nor does one for which the keys are known"
    assert len(standin.asked) == 4


def test_without_keys_no_token_is_checked_and_nobody_answered(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    issuer = Issuer()
    issuer.served = False
    own = {**routes, "tenants": TENANTS}
    with (
        issuer.serving() as keys,
        serving(tmp_path, own, standin, AUDIENCE=AUDIENCE, CERTIFICATES_URL=keys, ISSUER=ISSUER) as served,
    ):
        assert served.post("/v1/cases", case(), Authorization=f"Bearer {issuer.token()}")[0] == 503
    assert standin.asked == []


def test_a_use_case_without_tenants_checks_tokens_too_where_it_has_an_audience(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    issuer = Issuer()
    with (
        issuer.serving() as keys,
        serving(tmp_path, routes, standin, AUDIENCE=AUDIENCE, CERTIFICATES_URL=keys, ISSUER=ISSUER) as served,
    ):
        assert served.post("/v1/cases", case())[0] == 401
        assert served.post("/v1/cases", case(), Authorization=f"Bearer {Issuer().token()}")[0] == 401
        assert served.post("/v1/cases", case(), Authorization=f"Bearer {issuer.token()}")[0] == 200
    assert len(standin.asked) == 1


def test_tenants_without_an_audience_do_not_start(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    with (
        pytest.raises(AssertionError, match="AUDIENCE is not set"),
        serving(tmp_path, {**routes, "tenants": TENANTS}, standin),
    ):
        pass
