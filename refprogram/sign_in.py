"""Reads the companies' own sign-in services (OpenID Connect, SAML) from the environment; see docs/sign-in.md."""

import json
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

NEEDED = {
    "openid_connect": ["id", "name", "client_id", "secret", "server_url"],
    "saml": ["id", "name", "entity_id", "sso_url", "certificate"],
}


def providers(text: str, *, file: str = "") -> dict[str, dict[str, Any]]:
    """The setting SOCIALACCOUNT_PROVIDERS from a JSON list of services, given as text or as the path of a file."""
    if file:
        text = Path(file).read_text(encoding="utf-8")
    apps: dict[str, dict[str, Any]] = {}
    for number, service in enumerate(_services(text), start=1):
        kind = _checked(service, number)
        app = _openid_connect(service) if kind == "openid_connect" else _saml(service)
        app["settings"] |= {"email_authentication": True, "verified_email": True}
        apps.setdefault(kind, {"APPS": []})["APPS"].append(app)
    return apps


def networks(texts: list[str]) -> list[IPv4Network | IPv6Network]:
    """The networks inside the company that a sign-in service may lie in, such as 10.20.0.0/16."""
    try:
        return [ip_network(text.strip()) for text in texts]
    except ValueError as mistake:
        raise ImproperlyConfigured(f"SSO_PRIVATE_NETWORKS: {mistake}.")


def _services(text: str) -> list[Any]:
    if not text.strip():
        return []
    try:
        services = json.loads(text)
    except ValueError as mistake:
        raise ImproperlyConfigured(f"SSO_PROVIDERS is not JSON: {mistake}.")
    if not isinstance(services, list):
        raise ImproperlyConfigured("SSO_PROVIDERS must be a JSON list of services; see docs/sign-in.md.")
    return services


def _checked(service: Any, number: int) -> str:
    kind = service.get("kind") if isinstance(service, dict) else None
    if kind not in NEEDED:
        raise ImproperlyConfigured(f"Service {number} of SSO_PROVIDERS needs a “kind”: {' or '.join(NEEDED)}.")
    missing = [name for name in NEEDED[kind] if not service.get(name)]
    if missing:
        raise ImproperlyConfigured(f"Service {number} of SSO_PROVIDERS ({kind}) lacks {', '.join(missing)}.")
    return str(kind)


def _openid_connect(service: dict[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": service["id"],
        "name": service["name"],
        "client_id": service["client_id"],
        "secret": service["secret"],
        "settings": {"server_url": service["server_url"], "oauth_pkce_enabled": True},
    }


def _saml(service: dict[str, Any]) -> dict[str, Any]:
    idp = {"entity_id": service["entity_id"], "sso_url": service["sso_url"], "x509cert": service["certificate"]}
    if service.get("slo_url"):
        idp["slo_url"] = service["slo_url"]
    settings: dict[str, Any] = {
        "idp": idp,
        "use_nameid_for_email": bool(service.get("name_id_is_email", False)),
        # A host name without a dot is common inside a company.
        "advanced": {"want_assertion_signed": True, "allow_single_label_domains": True},
    }
    if service.get("attributes"):
        settings["attribute_mapping"] = service["attributes"]
    return {
        "provider_id": service["id"],
        "name": service["name"],
        "client_id": service["id"],
        "settings": settings,
    }
