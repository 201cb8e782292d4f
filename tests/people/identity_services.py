"""Sign-in services of a company, small and real: OpenID Connect over HTTP, and SAML answers signed with a key."""

import base64
import json
import threading
import time
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from xml.etree import ElementTree

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.utils import OneLogin_Saml2_Utils


def key_pair() -> tuple[str, str]:
    """A private key and its self-signed certificate, both PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.example.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return written.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


class OpenIDConnectService:
    """Vouches for one person; its answers can be bent by a test: `audience`, `secret`."""

    def __init__(self, email: str, secret: str) -> None:
        self.person = {"sub": "00u1", "email": email, "email_verified": True, "name": "Nina Rossi"}
        self.secret, self.audience = secret, "refprogram"
        self.key, _certificate = key_pair()
        self.codes: dict[str, dict[str, str]] = {}
        self.url = ""

    def consent(self, address: str) -> str:
        """What the person's browser does at the service: the address to which it is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert {"openid", "email"} <= set(asked["scope"].split())
        code = uuid4().hex
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def answer(self, path: str, form: dict[str, list[str]]) -> tuple[int, dict]:
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
            return 200, {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | {
                name: f"{self.url}/{place}" for name, place in places.items()
            }
        if path == "/userinfo":
            return 200, self.person
        if path == "/token" and form["client_secret"] == [self.secret] and self.codes.pop(form["code"][0], None):
            claims = self.person | {"iss": self.url, "aud": self.audience, "exp": time.time() + 60, "iat": time.time()}
            return 200, {
                "access_token": uuid4().hex,
                "token_type": "Bearer",
                "id_token": jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"}),
            }
        return 401, {"error": "invalid_client"}


@contextmanager
def openid_connect(email: str, *, secret: str):
    """The service, running on this machine until the block ends."""
    service = OpenIDConnectService(email, secret)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
            status, body = service.answer(urlsplit(self.path).path, form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *said):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


class SamlService:
    """Signs assertions as a company's identity provider does."""

    entity_id = "https://login.example.com/saml"

    def __init__(self) -> None:
        self.key, self.certificate = key_pair()

    def consent(self, address: str, email: str, *, audience: str, signed: bool = True) -> dict[str, str]:
        """The form that the person's browser brings back after the service has seen the address it was sent to."""
        query = parse_qs(urlsplit(address).query)
        asked = ElementTree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15))  # noqa: S314
        assertion = self.assertion(asked.get("ID"), asked.get("AssertionConsumerServiceURL"), email, audience)
        if signed:
            sign, digest = Saml.RSA_SHA256, Saml.SHA256
            assertion = OneLogin_Saml2_Utils.add_sign(assertion, self.key, self.certificate, False, sign, digest)
            assertion = assertion.decode() if isinstance(assertion, bytes) else assertion
        response = (
            f'<samlp:Response xmlns:samlp="{Saml.NS_SAMLP}" xmlns:saml="{Saml.NS_SAML}" ID="_{uuid4().hex}"'
            f' Version="2.0" IssueInstant="{moment()}" Destination="{asked.get("AssertionConsumerServiceURL")}"'
            f' InResponseTo="{asked.get("ID")}"><saml:Issuer>{self.entity_id}</saml:Issuer>'
            f'<samlp:Status><samlp:StatusCode Value="{Saml.STATUS_SUCCESS}"/></samlp:Status>{assertion}'
            "</samlp:Response>"
        )
        relay = {"RelayState": query["RelayState"][0]} if "RelayState" in query else {}
        return {"SAMLResponse": base64.b64encode(response.encode()).decode()} | relay

    def assertion(self, asked: str, reply_to: str, email: str, audience: str) -> str:
        soon, before = moment(minutes=5), moment(minutes=-5)
        return (
            f'<saml:Assertion xmlns:saml="{Saml.NS_SAML}" ID="_{uuid4().hex}" Version="2.0" IssueInstant="{moment()}">'
            f"<saml:Issuer>{self.entity_id}</saml:Issuer><saml:Subject>"
            f'<saml:NameID Format="{Saml.NAMEID_EMAIL_ADDRESS}">{email}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="{Saml.CM_BEARER}"><saml:SubjectConfirmationData'
            f' InResponseTo="{asked}" Recipient="{reply_to}" NotOnOrAfter="{soon}"/></saml:SubjectConfirmation>'
            f'</saml:Subject><saml:Conditions NotBefore="{before}" NotOnOrAfter="{soon}"><saml:AudienceRestriction>'
            f"<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{moment()}" SessionIndex="1"><saml:AuthnContext>'
            f"<saml:AuthnContextClassRef>{Saml.AC_PASSWORD}</saml:AuthnContextClassRef></saml:AuthnContext>"
            "</saml:AuthnStatement><saml:AttributeStatement>"
            f'<saml:Attribute Name="mail"><saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute>'
            "</saml:AttributeStatement></saml:Assertion>"
        )


def moment(*, minutes: int = 0) -> str:
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
