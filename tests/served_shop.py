"""A small shop with hostile corners, and the real program serving it in a process of its own."""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bot

ROOT = Path(__file__).parent.parent
HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"

QUESTIONS = (
    ("question", "answer"),
    ("How many days do I have to return something?", "Unused items can be returned within 30 days of delivery."),
    ("收到货后几天内可以退货？", "自签收之日起30天内，未使用的商品可以退货。"),
    ("How long does delivery take?", "Standard delivery takes 2 to 4 days."),
    ("Do you ship abroad?", "We ship to 40 countries within 9 days."),
    ("多久可以送到？", "标准快递2至4天送达。"),
    ("可以送到国外吗？", "可以寄往40个国家，9天内送达。"),
    ("How do I clean the glass teapot?", f"{HOSTILE} Rinse the glass teapot with warm water and 5 g of soda."),
)
PRODUCTS = (
    ("sku", "title", "category", "price", "currency", "stock", "url", "language", "color"),
    ("TP-1", f"Glass Teapot {HOSTILE}", "Teapots", "89", "CNY", "2", "javascript:alert(1)", "en", "clear"),
    ("TP-2", "Clay Teapot", "Teapots", "159", "CNY", "14", "https://shop.example/tp-2", "en", "brown"),
    ("TP-2", "紫砂壶", "茶壶", "159", "CNY", "14", "https://shop.example/tp-2", "zh", "棕色"),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its address, its data directory and its process, whose first lines were ``said``."""

    url: str
    data: Path
    process: subprocess.Popen[str]
    said: str

    @property
    def port(self) -> int:
        """The port of the address."""
        return int(self.url.rpartition(":")[2])


def load_shop(data: Path, source: Path) -> None:
    """Writes the shop's files to ``source`` and loads them into ``data``."""
    source.mkdir()
    for name, rows in (("faq.csv", QUESTIONS), ("catalogue.csv", PRODUCTS)):
        with (source / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    with bot.open(data) as shopdesk:
        shopdesk.load([source])


def command(data: Path, port: int) -> list[str]:
    """The command line that serves ``data``."""
    return [sys.executable, "-m", "bot", "serve", "--data", str(data), "--port", str(port)]


@contextmanager
def serving(data: Path) -> Iterator[Served]:
    """The program serving ``data`` on a free port; it has answered by then."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SHOPDESK_")}
    environment["SHOPDESK_REQUESTS_PER_MINUTE"] = "0"
    environment["PYTHONWARNINGS"] = "error::UserWarning"
    process = subprocess.Popen(command(data, port), cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("Shopdesk is ready"), "The server ended before it answered; its error is on stderr."
        while "Console: " not in said:
            said += process.stdout.readline()
        yield Served(f"http://127.0.0.1:{port}", data, process, said)
    finally:
        process.kill()
        process.communicate()
