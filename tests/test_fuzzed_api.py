"""The whole API over HTTP with requests that schemathesis makes from its OpenAPI document, fitting and not: nothing fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, seed, settings

import bot
from tests.api_server import KEY, Api, api_server

EXAMPLES = 25
UNLIMITED = {"messages_per_minute": 0, "requests_per_minute": 0, "failed_identities_per_minute": 0}
BOUNDED = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def apart(api_data, tmp_path) -> Iterator[Api]:
    """The small shop on a server of its own: what an owner may do is done to it."""
    with bot.open(shutil.copytree(api_data, tmp_path / "data"), api_key=KEY, **UNLIMITED) as shopdesk:
        with api_server(shopdesk) as server:
            yield server


@pytest.mark.slow
def test_no_request_made_from_the_openapi_document_is_a_failure(apart: Api):
    from schemathesis import openapi

    users, customer = apart.shopdesk.admin.users, apart.customer()
    login = users.sign_in("fuzzer", users.add("fuzzer", "owner"))
    headers = {**customer.headers, "Cookie": f"shopdesk_login={login}"}
    whole = apart.http.get("/api/v1/openapi.json").json()
    operations = [result.ok() for result in openapi.from_dict(whole).get_all_operations()]
    tried = {operation.label: answers(operation, f"{apart.url}/api/v1", customer.id, headers) for operation in operations}
    assert len(tried) > 30 and all(tried.values())
    assert {route: codes for route, codes in tried.items() if max(codes) >= 500} == {}
    assert sum(min(codes) < 300 for codes in tried.values()) > 15, "many routes take a request that fits"


def answers(operation: Any, url: str, conversation: str, headers: dict[str, str]) -> set[int]:
    """What the server says to requests that fit an operation, and to some that do not."""
    from schemathesis import Case, GenerationMode

    known = {"conversation": conversation} if "{conversation}" in operation.path else None
    fitting, other = (operation.as_strategy(mode, path_parameters=known) for mode in GenerationMode)
    said: set[int] = set()

    @seed(7)
    @BOUNDED
    @given(fitting | other)
    def ask(case: Case) -> None:
        request = case.as_transport_kwargs(base_url=url)
        with suppress(requests.exceptions.RequestException, ValueError):  # what the client itself does not send
            request["headers"] = {**dict(request["headers"]), **headers}
            with requests.request(**request, stream=True, timeout=20) as answer:  # streams are not read to their end
                said.add(answer.status_code)

    ask()
    return said
