from __future__ import annotations

import pytest

from tests.api_server import Api


def test_a_customer_rates_the_whole_conversation_and_may_change_their_mind(api: Api) -> None:
    customer = api.customer()
    assert customer.post("/csat", {"score": 2}).status_code == 204
    assert api.shopdesk.csat.find(customer.id) == (2, None)
    assert customer.post("/csat", {"score": 5, "text": "  很快，也说明了出处。 "}).status_code == 204
    assert api.shopdesk.csat.find(customer.id) == (5, "很快，也说明了出处。")
    metrics = api.http.get("/api/v1/metrics").text
    assert 'shopdesk_csat_total{score="2"} 1.0' in metrics and 'shopdesk_csat_total{score="5"} 1.0' in metrics


@pytest.mark.parametrize(
    "body", [{}, {"score": 0}, {"score": 6}, {"score": "5"}, {"score": 4.5}, {"score": True}, {"score": 3, "text": "x" * 2001}]
)
def test_a_score_is_a_whole_number_from_1_to_5_with_words_of_bounded_length(api: Api, body: dict[str, object]) -> None:
    customer = api.customer()
    answer = customer.post("/csat", body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert api.shopdesk.csat.find(customer.id) is None


def test_only_the_conversations_own_token_rates_it(api: Api) -> None:
    customer, other = api.customer(), api.customer()
    path = f"{customer.path}/csat"
    assert api.http.post(path, json={"score": 1}).status_code == 401
    assert api.http.post(path, json={"score": 1}, headers=other.headers).status_code == 404
    assert api.shopdesk.csat.find(customer.id) is None
