"""The small shop that ``python -m benchmarks crash`` kills, and its customers, who remember what they were told."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from threading import Event

import httpx

QUESTIONS = (
    ("How long do I have to return something?", "You can return any unused item within 30 days of delivery."),
    ("How long is the warranty?", "All kettles have a warranty of 24 months."),
    ("How long does delivery take?", "Standard delivery takes 2 to 4 days."),
    ("多久可以退货？", "签收后 30 天内，未使用的商品都可以退货。"),
    ("保修期多长？", "所有水壶保修 24 个月。"),
)
ORDERS = 5_000
TIMEOUT_S = 60.0


def write_shop(folder: Path) -> None:
    """Questions and answers, a product, and orders that can be cancelled."""
    folder.mkdir(parents=True)
    with (folder / "faq.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("question", "answer"), *QUESTIONS])
    product = ("KT-1", "Quiet Kettle", "Kettles", "159", "CNY", "9", "en")
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("sku", "title", "category", "price", "currency", "stock", "language"), product])
    orders = (
        {"order_id": order_id(number), "customer_id": f"C{number}", "email": email(number), "status": "paid", "total": 159,
         "currency": "CNY", "payment": "Alipay", "placed_at": "2026-11-01",
         "items": [{"sku": "KT-1", "quantity": 1, "price": 159}]}
        for number in range(ORDERS)
    )  # fmt: skip
    (folder / "orders.jsonl").write_text("\n".join(map(json.dumps, orders)), "utf-8")


def write_documents(folder: Path, first: int, number: int) -> None:
    """``number`` further documents, each in a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for place in range(first, first + number):
        paragraphs = "\n\n".join(f"## Part {part}\n\nRule {place}.{part} holds for {place + part} days." for part in range(12))
        (folder / f"rule{place}.md").write_text(f"# Rule {place}\n\n{paragraphs}\n", "utf-8")


def order_id(number: int) -> str:
    """The number of an order."""
    return f"SD-{10_000 + number}"


def email(number: int) -> str:
    """What proves it."""
    return f"customer{number}@example.com"


class Customer:
    """Speaks to the server while it lives."""

    def __init__(self, url: str) -> None:
        self._url = url

    def begin(self, http: httpx.Client) -> tuple[str, str]:
        """A new conversation and its token."""
        begun = http.post("/api/v1/conversations", json={})
        begun.raise_for_status()
        return begun.json()["id"], begun.json()["token"]

    def say(self, http: httpx.Client, talk: tuple[str, str], text: str, key: str) -> dict[str, object]:
        """The reply to a message that bears the name ``key``."""
        headers = {"Authorization": f"Bearer {talk[1]}", "Accept": "application/json", "Idempotency-Key": key}
        while True:
            answer = http.post(f"/api/v1/conversations/{talk[0]}/messages", json={"text": text}, headers=headers)
            if answer.status_code != 409:  # the message before it is still being answered, since its sender hung up
                answer.raise_for_status()
                return dict(answer.json())

    def client(self) -> httpx.Client:
        """Connections to the server."""
        return httpx.Client(base_url=self._url, timeout=TIMEOUT_S)


class ChattingCustomer(Customer):
    """Asks one question after the other, in a new conversation after every tenth; sends again what was not answered."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__(url)
        self._number, self._asked = number, 0
        self.told: dict[tuple[str, str], list[str]] = {}
        self._talk: tuple[str, str] | None = None
        self._pending: str | None = None

    def run(self, stop: Event) -> None:
        """Asks until it is told to stop or nobody answers."""
        try:
            with self.client() as http:
                while not stop.is_set():
                    if self._talk is None or (len(self.told[self._talk]) >= 10 and self._pending is None):
                        self._talk = self.begin(http)
                        self.told[self._talk] = []
                    self._ask(http, self._talk)
        except httpx.TransportError:
            return

    def _ask(self, http: httpx.Client, talk: tuple[str, str]) -> None:
        if self._pending is None:
            self._asked += 1
            self._pending = QUESTIONS[(self._asked + self._number) % len(QUESTIONS)][0]
        self.say(http, talk, self._pending, f"{self._number}-{self._asked}")
        self.told[talk].append(self._pending)
        self._pending = None

    def compare(self) -> tuple[list[str], list[str]]:
        """What is missing and what is too much in the conversations, as the server has them now."""
        lost, double = [], []
        with self.client() as http:
            for talk, told in self.told.items():
                headers = {"Authorization": f"Bearer {talk[1]}"}
                answer = http.get(f"/api/v1/conversations/{talk[0]}/messages", headers=headers)
                answer.raise_for_status()
                kept = [message["text"] for message in answer.json()["messages"] if message["role"] == "turn"]
                on_its_way = [self._pending] if talk == self._talk and self._pending else []
                if kept[: len(told)] != told:
                    lost.append(f"conversation {talk[0]}: {len(kept)} of {len(told)} messages, or others")
                elif kept[len(told) :] not in ([], on_its_way):
                    double.append(f"conversation {talk[0]}: {kept[len(told) :]} besides")
        return lost, double


class CancellingCustomer(Customer):
    """Cancels one order after the other; says yes again where no answer came."""

    def __init__(self, url: str, first: int, step: int) -> None:
        super().__init__(url)
        self._order, self._step = first, step
        self._talk: tuple[str, str] | None = None
        self.cancelled: list[str] = []
        self.uncertain = 0

    def run(self, stop: Event) -> None:
        """Cancels until it is told to stop or nobody answers."""
        try:
            with self.client() as http:
                while not stop.is_set() and self._order < ORDERS:
                    self._cancel(http)
        except httpx.TransportError:
            self.uncertain += self._talk is not None

    def finish(self) -> None:
        """Sees the order through that no answer came for."""
        if self._talk is not None:
            with self.client() as http:
                self._cancel(http)

    def _cancel(self, http: httpx.Client) -> None:
        order = order_id(self._order)
        if self._talk is None:
            talk = self.begin(http)
            words = f"Please cancel order {order}, my e-mail is {email(self._order)}. I no longer need it."
            proposed = self.say(http, talk, words, f"{order}-please")
            assert proposed["asks"] == ["confirmation"], proposed
            self._talk = talk
        self.say(http, self._talk, "yes", f"{order}-yes")
        self.cancelled.append(order)
        self._talk, self._order = None, self._order + self._step
