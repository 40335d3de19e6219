"""The pages of the documentation, each in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Page(NamedTuple):
    """One page: its English and its Chinese file."""

    english: Path
    chinese: Path


def in_chinese(path: Path) -> Path:
    """The Chinese file of an English one."""
    return path.with_name(f"{path.stem}.zh-CN.md")


def page_named(name: str) -> Page:
    """The page ``README`` or ``docs/NAME.md``."""
    path = ROOT / "README.md" if name == "README" else ROOT / "docs" / f"{name}.md"
    return Page(path, in_chinese(path))


PAGES = [
    page_named("README"),
    *(
        page_named(path.relative_to(ROOT / "docs").with_suffix("").as_posix())
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if not path.name.endswith(".zh-CN.md")
    ),
]
"""All pages, the README first."""
