"""``python -m benchmarks load``: many customers at once over HTTP, with a scripted language model and with the built-in writer.

The server, the language model and the customers are three processes. All streams begin at the same moment. The *first byte*
is the first of the response's body, the *first event* says what was understood, the *first words* are the first of the text.
The overhead is what the first words of one stream alone take longer than the model's own to the same client, of questions that
the server has not heard before, after 32 others.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import bot
from bot.demo_shop import directory
from bot.running.garbage import keep_for_good
from bot.serving.demo import CONTENT

QUESTIONS = Path(__file__).parent / "data" / "shop_questions.jsonl"
DEMO = [directory() / name for name in CONTENT]
"""What the demo shop is loaded from."""
MARKS = {"first_byte": b"", "first_event": b"event: understanding", "first_words": b"event: token", "whole": b"event: done"}
ALONE = 15
WARMING = 30


@dataclass(slots=True)
class Answer:
    """Seconds from the request to each mark of its response, and the response."""

    status: int = 0
    head: bytes = b""
    seconds: dict[str, float] = field(default_factory=dict)
    body: bytes = b""


async def post(port: int, path: str, body: Any, marks: Mapping[str, bytes], **headers: str) -> Answer:
    """One request on a connection of its own, read as it comes."""
    payload = json.dumps(body).encode()
    head = {"Host": "x", "Content-Type": "application/json", "Content-Length": str(len(payload)), "Connection": "close"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**head, **headers}.items())
    answer, start = Answer(), time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + payload)
        answer.head = await reader.readuntil(b"\r\n\r\n")
        answer.status = int(answer.head.split(b" ", 2)[1])
        while data := await reader.read(65536):
            answer.body += data
            now = time.perf_counter() - start
            for name, mark in marks.items():
                if name not in answer.seconds and mark in answer.body:
                    answer.seconds[name] = now
    finally:
        writer.close()
    answer.seconds["end"] = time.perf_counter() - start
    return answer


async def customer(port: int, **headers: str) -> tuple[str, dict[str, str]]:
    """A new conversation: where its messages go, and its token's header."""
    begun = await post(port, "/api/v1/conversations", {}, {}, **headers)
    made = json.loads(begun.body)
    return f"/api/v1/conversations/{made['id']}/messages", {"Authorization": f"Bearer {made['token']}"}


async def streams(port: int, questions: Sequence[str], number: int, rounds: int) -> list[Answer]:
    """``number`` customers at once, each asking ``rounds`` questions one after the other."""
    customers = [await customer(port) for _ in range(number)]

    async def talk(place: int) -> list[Answer]:
        path, headers = customers[place]
        texts = [questions[(place + number * n) % len(questions)] for n in range(rounds)]
        return [await post(port, path, {"text": text}, MARKS, **headers) for text in texts]

    return [answer for answers in await asyncio.gather(*map(talk, range(number))) for answer in answers]


async def answers_per_second(port: int, questions: Sequence[str], clients: int, number: int) -> tuple[float, list[Answer]]:
    """``number`` whole replies as one JSON each, to ``clients`` customers at once who ask the questions in turn."""
    customers = [await customer(port) for _ in range(clients)]
    start = time.perf_counter()

    async def talk(place: int) -> list[Answer]:
        path, headers = customers[place]
        texts = [questions[n % len(questions)] for n in range(place, number, clients)]
        return [await post(port, path, {"text": text}, {}, Accept="application/json", **headers) for text in texts]

    answers = [answer for answers in await asyncio.gather(*map(talk, range(clients))) for answer in answers]
    return len(answers) / (time.perf_counter() - start), answers


async def own_first_token(port: int) -> list[float]:
    """Seconds to the language model's own first token."""
    prompt = "<evidence number=1>\nIt is so.\n</evidence>"
    body = {"model": "scripted", "stream": True, "messages": [{"role": "system", "content": prompt}]}
    answers = [await post(port, "/v1/chat/completions", body, {"first": b"data: "}) for _ in range(ALONE)]
    return [answer.seconds["first"] for answer in answers]


def main(arguments: list[str]) -> int:
    """Prints first bytes, errors, overhead and answers per second."""
    parser = argparse.ArgumentParser("python -m benchmarks load", description=__doc__)
    parser.add_argument("--documents", type=Path, help="folder to load instead of the demo shop's content")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="questions, one JSON object with `text` a line")
    parser.add_argument("--streams", type=int, default=100, help="customers at once (default: 100)")
    parser.add_argument("--rounds", type=int, default=3, help="questions of each (default: 3)")
    parser.add_argument("--tokens", type=int, default=60, help="tokens of the language model (default: 60)")
    parser.add_argument("--milliseconds", type=float, default=30, help="between its tokens (default: 30)")
    parser.add_argument("--clients", type=int, default=16, help="customers of the built-in writer (default: 16)")
    parser.add_argument("--times", type=int, default=7, help="how often each question is asked by them (default: 7)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    questions = read_questions(options.questions)
    with demo_shop(options.documents) as data:
        keep_for_good()  # else Python halts the customers, too, to look through what the load left here
        figures = {**_with_model(data, questions, options), **_built_in(data, questions, options)}
    print(json.dumps(figures, indent=2) if options.json else "\n".join(f"{name:<70}{v:>10.1f}" for name, v in figures.items()))
    return 0


@contextmanager
def demo_shop(documents: Path | None = None) -> Iterator[Path]:
    """A data directory into which the demo shop is loaded, or ``documents`` instead; it goes in the end."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with bot.open(data) as shopdesk:
            shopdesk.load([documents] if documents else DEMO)
        yield data


def read_questions(path: Path) -> list[str]:
    """Questions that stand alone and are answered from documents, where the file says so."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    answered = [row for row in rows if not row.get("after") and row.get("expect", {}).get("action", "answer") == "answer"]
    return [row["text"] for row in answered if not row.get("expect", {}).get("abstain")]


def _with_model(data: Path, questions: Sequence[str], options: argparse.Namespace) -> dict[str, float]:
    llm_port = free_port()
    pace = ["--tokens", str(options.tokens), "--milliseconds", str(options.milliseconds)]
    model = {"SHOPDESK_LLM": "openai:scripted", "SHOPDESK_LLM_BASE_URL": f"http://127.0.0.1:{llm_port}/v1"}
    with process("benchmarks.scripted_llm", str(llm_port), *pace), served(data, **model) as (port, pid):
        until_it_listens(llm_port)
        asyncio.run(streams(port, questions[ALONE:], 8, 4))  # a server that has just been started knows no passage yet
        own = asyncio.run(own_first_token(llm_port))
        alone = asyncio.run(streams(port, questions, 1, ALONE))
        before = cpu_ms(pid)
        many = asyncio.run(streams(port, questions, options.streams, options.rounds))
        spent = (cpu_ms(pid) - before) / len(many)
    name = f"{options.streams} streams"
    failed = [answer for answer in many if answer.status != 200 or "whole" not in answer.seconds]
    figures = {
        f"{name}: turns": float(len(many)),
        f"{name}: errors": float(len(failed)),
        f"{name}: turns worded by the model, %": 100 * _share(many, b'"writer": "openai:scripted"'),
        f"{name}: processor time of the server a turn, ms": spent,
    }
    for mark in MARKS:
        times = [answer.seconds[mark] * 1000 for answer in many if mark in answer.seconds]
        figures |= {f"{name}: {mark.replace('_', ' ')}, {p}": value for p, value in percentiles(times).items()}
    worded = [a.seconds["first_words"] for a in alone if b'"writer": "openai:scripted"' in a.body]
    overhead = [(seconds - float(np.median(own))) * 1000 for seconds in worded]
    return figures | {f"one stream: overhead to the first token, {p}": v for p, v in percentiles(overhead).items()}


def _built_in(data: Path, questions: Sequence[str], options: argparse.Namespace) -> dict[str, float]:
    with served(data) as (port, pid):
        asyncio.run(answers_per_second(port, questions, 2, WARMING))
        before = cpu_ms(pid)
        rate, answers = asyncio.run(answers_per_second(port, questions, options.clients, options.times * len(questions)))
        spent = (cpu_ms(pid) - before) / len(answers)
    name = f"built-in writer, {options.clients} clients"
    times = percentiles([answer.seconds["end"] * 1000 for answer in answers])
    errors = float(sum(answer.status != 200 for answer in answers))
    figures = {"answers a second": rate, "errors": errors, "processor time of the server an answer, ms": spent, **times}
    return {f"{name}: {what}": value for what, value in figures.items()}


def _share(answers: Sequence[Answer], mark: bytes) -> float:
    return sum(mark in answer.body for answer in answers) / max(1, len(answers))


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """The 50th and the 95th, by name; nothing for nothing."""
    return {f"p{p}, ms": round(float(np.percentile(milliseconds, p)), 1) for p in (50, 95)} if milliseconds else {}


@contextmanager
def process(module: str, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """``python -m module``, ended with the block."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SHOPDESK_")}
    command = [sys.executable, "-m", module, *arguments]
    running = subprocess.Popen(command, env={**kept, **environment}, stdout=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        running.terminate()
        running.communicate()


@contextmanager
def served(data: Path, *arguments: str, **environment: str) -> Iterator[tuple[int, int]]:
    """The program serving ``data`` without rate limits; its port and its process id, once it answers."""
    port = free_port()
    unlimited = {"SHOPDESK_MESSAGES_PER_MINUTE": "0", "SHOPDESK_REQUESTS_PER_MINUTE": "0", "SHOPDESK_LLM_FIRST_TOKEN_S": "30"}
    command = ("bot", "serve", "--data", str(data), "--port", str(port), *arguments)
    with process(*command, **{**unlimited, **environment}) as server:
        assert server.stdout is not None
        if not any(line.startswith("Shopdesk is ready") for line in server.stdout):
            raise SystemExit("The server ended before it answered.")
        yield port, server.pid


def cpu_ms(pid: int) -> float:
    """Processor time that a process has used, which other programs on the machine change little."""
    import psutil

    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system) * 1000


def until_it_listens(port: int) -> None:
    """Waits for a server that says nothing when it is ready."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"Nothing listens on port {port}.")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
