"""Holds both sides of the Open Claims API to resources/openclaims.yaml. For any test to use.

Contract.load() checks single requests and responses; contract_session() is a requests.Session
that checks everything that passes through it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import requests
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_core.exceptions import OpenAPIError

from desktop.assets import asset

PROBLEM = "application/problem+json"
SERVER = "https://claims.example"


class ContractBroken(AssertionError):
    """A request or a response is not what openclaims.yaml says."""


class _Request(RequestsOpenAPIRequest):
    """A request as if it went to the server the document names."""

    @property
    def host_url(self) -> str:
        return SERVER

    @property
    def content_type(self) -> str:
        return str(self.request.headers.get("Content-Type", ""))


class Contract:
    """The API document, ready to check against."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        config = Config(extra_media_type_deserializers={PROBLEM: json.loads})
        self._api = OpenAPI.from_dict(document, config=config)

    @classmethod
    @cache
    def load(cls) -> Contract:
        """Return the contract of openclaims.yaml; read once."""
        return cls(yaml.safe_load(asset("openclaims.yaml").read_bytes()))

    def check_request(self, request: requests.PreparedRequest) -> None:
        """Raise ContractBroken unless the request is one the API describes."""
        try:
            self._api.validate_request(_Request(request))
        except OpenAPIError as error:
            raise ContractBroken(f"{request.method} {request.url}: {_words(error)}") from error

    def check_response(self, response: requests.Response) -> None:
        """Raise ContractBroken unless the response is one its request may get."""
        request = response.request
        try:
            self._api.validate_response(_Request(request), RequestsOpenAPIResponse(response))
        except OpenAPIError as error:
            what = f"{request.method} {request.url} → {response.status_code}"
            raise ContractBroken(f"{what}: {_words(error)}") from error


class ContractAdapter(requests.adapters.HTTPAdapter):
    """Checks each response, and each request unless told that it is wrong on purpose."""

    def __init__(self, *, requests_too: bool = True) -> None:
        super().__init__()
        self._requests_too = requests_too

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Send, checking on the way out and on the way back."""
        contract = Contract.load()
        if self._requests_too:
            contract.check_request(request)
        response = super().send(request, *args, **kwargs)
        contract.check_response(response)
        return response


def contract_session(*, requests_too: bool = True) -> requests.Session:
    """Return a session that raises ContractBroken for anything outside of openclaims.yaml.

    requests_too=False lets wrong requests pass, to see how they are refused. Ignores proxies and
    other environment settings.
    """
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", ContractAdapter(requests_too=requests_too))
    return session


def _words(error: BaseException) -> str:
    """Return the error and what caused it, down to the member that is wrong."""
    words = [str(error)]
    for inner in getattr(error.__cause__ or error, "schema_errors", []):
        path = "/".join(str(step) for step in inner.absolute_path)
        words.append(f"{path}: {inner.message[:300]}")
    if error.__cause__ is not None and not hasattr(error.__cause__, "schema_errors"):
        words.append(_words(error.__cause__))
    return "; ".join(words)
