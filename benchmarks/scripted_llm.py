"""An OpenAI-compatible server that says what the first passage of its prompt says, so many tokens at such a pace.

``python -m benchmarks.scripted_llm PORT --tokens 60 --milliseconds 30``
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any

from starlette.types import Receive, Scope, Send

_PASSAGE = re.compile(r"<evidence number=1>\n(.*?)\n</evidence>", re.DOTALL)
_PIECE = re.compile(r"[A-Za-z0-9][^\s\u3400-\u9fff]*\s*|.\s*", re.DOTALL)
OPENING = {"en": "Certainly. ", "zh": "好的。"}


def script(prompt: str, tokens: int) -> list[str]:
    """The reply as ``tokens`` pieces, each ending with a whole word; one short line where the prompt holds no passage."""
    match = _PASSAGE.search(prompt)
    if match is None:
        return ["-"]
    passage = match[1].splitlines()[-1].strip()
    language = "zh" if re.search(r"[\u3400-\u9fff]", passage) else "en"
    said = OPENING[language]
    while len(pieces := _PIECE.findall(said)) < tokens:
        said += f"{passage.rstrip('.。')} [1]{'. ' if language == 'en' else '。'}"
    return ["".join(pieces[len(pieces) * n // tokens : len(pieces) * (n + 1) // tokens]) for n in range(tokens)]


class ScriptedLlm:
    """An ASGI application for ``/v1/chat/completions`` with ``stream``."""

    def __init__(self, tokens: int, seconds: float) -> None:
        self._tokens, self._seconds = tokens, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams the script; the first token comes after one pause as well."""
        if scope["type"] != "http":
            return
        messages: Sequence[dict[str, Any]] = json.loads(await _body(receive))["messages"]
        pieces = script(str(messages[0]["content"]), self._tokens)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        at = asyncio.get_running_loop().time()
        for piece in pieces:
            at += self._seconds if len(pieces) > 1 else 0.0
            await asyncio.sleep(at - asyncio.get_running_loop().time())
            await send({"type": "http.response.body", "body": _chunk({"content": piece}, None), "more_body": True})
        await send({"type": "http.response.body", "body": _chunk({}, "stop") + b"data: [DONE]\n\n"})


async def _body(receive: Receive) -> bytes:
    whole: bytes = b""
    while True:
        message = await receive()
        whole += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return whole


def _chunk(delta: dict[str, str], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    whole = {"id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
    return f"data: {json.dumps(whole)}\n\n".encode()


def main() -> None:
    """Serves on loopback until it is stopped."""
    import uvicorn

    parser = argparse.ArgumentParser("python -m benchmarks.scripted_llm", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--milliseconds", type=float, default=30)
    options = parser.parse_args()
    app = ScriptedLlm(options.tokens, options.milliseconds / 1000)
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="critical", lifespan="off")


if __name__ == "__main__":
    main()
