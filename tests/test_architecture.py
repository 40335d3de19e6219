"""The arrows and rooms of the house, read from the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "knowledge_base", "prompts")
LONGEST_MODULE = 300
CONTAIN_EACH_OTHER = {("knowledge_base.loading.markdown", "knowledge_base.loading.html_page")}
"""HTML stands in Markdown, and HTML is read as Markdown: the one mutual recursion, imported inside the function."""
HEAVY = (
    "sklearn",
    "reportlab",
    "torch",
    "transformers",
    "peft",
    "sentence_transformers",
    "openai",
    "langchain_openai",
    "gradio",
    "chromadb",
)


def _modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_typing_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _statements(node: ast.AST, inside_functions: bool, typing_only: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if _is_typing_only(child) and not typing_only:
            continue
        yield child
        if inside_functions or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _statements(child, inside_functions, typing_only)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(_tree(path)))


@cache
def _imports(path: Path, inside_functions: bool = True, typing_only: bool = True) -> frozenset[str]:
    """The names that a module imports, ``from a import b`` as ``a`` and ``a.b``."""
    found: set[str] = set()
    for node in _statements(_tree(path), inside_functions, typing_only):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def _importers(package: str, *among: str) -> set[str]:
    """Modules that import ``package`` or anything in it."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in _modules(*among)
        if any(name == package or name.startswith(package + ".") for name in _imports(path))
    }


def _users(*names: str) -> set[str]:
    """Modules that name an attribute or function, such as ``create_engine``."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in _modules(*PACKAGES)
        for node in _nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr in names) or (isinstance(node, ast.Name) and node.id in names)
    }


@pytest.mark.parametrize(
    ("package", "never"),
    [
        ("knowledge_base", ("bot", "prompts", "benchmarks", "tests", "app")),
        ("prompts", ("bot", "knowledge_base", "benchmarks", "tests", "app")),
        ("bot", ("benchmarks", "tests", "app")),
        ("bot/understanding", ("bot.generation", "bot.order_desk", "bot.policy", "bot.skills")),
        ("bot/text", ("bot.generation", "bot.order_desk", "bot.policy", "bot.shop", "bot.skills", "bot.understanding")),
        ("bot/shop", ("bot.generation", "bot.order_desk", "bot.policy", "bot.skills", "bot.understanding")),
        ("bot/generation", ("bot.order_desk", "bot.policy", "bot.skills")),
        ("bot/order_desk", ("bot.policy", "bot.skills")),
        ("bot/policy", ("bot.skills",)),
        ("bot/settings", ("bot.console", "bot.order_desk", "bot.serving", "bot.shop", "bot.store")),
    ],
)
def test_imports_go_one_way(package, never):
    assert {outer: importers for outer in never if (importers := _importers(outer, package))} == {}


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("chromadb", ("knowledge_base/vector_store.py",)),
        ("gradio", ("bot/console/toolkit.py",)),
        ("fastapi", ("bot/serving/", "bot/console/")),
        ("opencc", ("bot/generation/script.py",)),
        ("alembic", ("bot/store/",)),
        ("httpcore", ("knowledge_base/loading/web/",)),
        ("protego", ("knowledge_base/loading/web/",)),
        ("typer", ("bot/cli.py", "bot/commands/")),
        ("playwright", ("bot/doctor/browser.py",)),
        ("opentelemetry", ("bot/serving/tracing.py",)),
        ("jwt", ("bot/access/identity.py",)),
        ("cryptography", ("bot/access/identity.py",)),
        ("langchain_openai", ("bot/generation/chat_model.py",)),
        ("pydantic_settings", ("bot/settings/settings.py",)),
        ("pypinyin", ("bot/understanding/han_spelling.py",)),
        ("scipy", ("bot/recommendation/", "bot/shop/bundle.py", "bot/marketing/", "bot/understanding/kernel_ridge.py")),
        ("sklearn", ("bot/marketing/",)),
        ("reportlab", ("bot/marketing/reports/", "bot/demo_shop/make_documents.py")),
        ("peft", ("bot/generation/transformers_model.py",)),
        ("ray", ("knowledge_base/bulk.py",)),
        (
            "httpx",
            (
                "bot/generation/chat_model.py",
                "bot/order_desk/deadline.py",
                "bot/order_desk/http_system.py",
                "bot/order_desk/platform.py",
                "bot/order_desk/shopify.py",
                "bot/order_desk/woocommerce.py",
                "bot/takeover/",
                "bot/marketing/outbox/",
                "bot/doctor/",
                "bot/commands/",
            ),
        ),
    ],
)
def test_an_outside_library_has_one_room(library, rooms):
    assert {module for module in _importers(library, *PACKAGES) if not module.startswith(rooms)} == set()


def test_one_module_opens_the_database():
    assert _users("create_engine") == {"bot/store/database.py"}


def test_one_module_reads_the_environment_and_only_switches_of_libraries_are_set_elsewhere():
    """The socket that a service manager hands over is told there, too, and is no setting."""
    switches = {"bot/serving/server.py", "bot/understanding/han_spelling.py", "knowledge_base/tokenizer_file.py"}
    assert _users("environ", "getenv", "environb") - switches == {"bot/settings/reading.py", "bot/serving/listener.py"}
    for module in switches:
        for node in ast.walk(_tree(ROOT / module)):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "environ":
                assert isinstance(node.ctx, ast.Store), f"{module} reads the environment"


def test_no_import_cycles():
    """Imports inside functions count too: a cycle hidden in a function is still a cycle of knowledge."""
    ours = {_name(path): path for path in _modules(*PACKAGES)}
    edges = {
        name: {
            target
            for target in _imports(path, typing_only=False)
            if target in ours and target != name and (name, target) not in CONTAIN_EACH_OTHER
        }
        for name, path in ours.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for target in sorted(edges[name]):
                visit(target, (*trail, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def test_importing_the_program_imports_nothing_heavy_and_its_console_has_gradio_write_no_hints_for_editors():
    names = [_name(path) for path in _modules(*PACKAGES) if not _heavy_by_purpose(path)]
    lines = (
        "import importlib, sys",
        f"for name in {names!r}: importlib.import_module(name)",
        f"print([name for name in {HEAVY!r} if name in sys.modules])",
        "opened = []",
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == 'open' else None)",
        "import bot.console.console_page",
        "print([path for path in opened if path.endswith('.pyi')])",
    )
    code = "\n".join(lines)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.stdout, done.returncode) == ("[]\n[]\n", 0), done.stderr


def _heavy_by_purpose(path: Path) -> bool:
    """Modules that wrap one heavy library and are themselves imported where they are first needed; and what runs on import."""
    wrapping = {"bot/generation/transformers_model.py", "bot/serving/web.py"}
    relative = path.relative_to(ROOT).as_posix()
    return relative in wrapping or path.name in ("__main__.py", "env.py") or relative.startswith("bot/console/")


def test_a_module_fits_into_a_head():
    lines = {_name(path): len(path.read_text("utf-8").splitlines()) for path in _modules(*PACKAGES)}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


@pytest.mark.parametrize("word", ["util", "helper", "common", "processor", "misc"])
def test_no_module_is_a_drawer(word):
    assert [path.name for path in _modules(*PACKAGES, "benchmarks") if word in path.stem] == []


def test_every_prompt_file_is_asked_for_by_name():
    names = {path.name.split(".")[0] for path in (ROOT / "prompts").glob("*.txt")}
    strings = {
        node.value
        for path in _modules("bot")
        for node in _nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert names and names <= strings


UNPACKERS = ("pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "langchain_core.load", "langchain.load", "jinja2")
"""What runs code that stands in data, or in a template that somebody else may write."""


def test_nothing_that_is_read_can_run_as_code():
    assert {library: found for library in UNPACKERS if (found := _importers(library, *PACKAGES))} == {}
    calls = [node for path in _modules(*PACKAGES) for node in _nodes(path) if isinstance(node, ast.Call)]
    named = [node.func.id for node in calls if isinstance(node.func, ast.Name)]
    assert {"eval", "exec", "compile", "__import__"}.isdisjoint(named)
    given = [(word.arg, ast.unparse(word.value)) for node in calls for word in node.keywords]
    assert {("trust_remote_code", "True"), ("allow_pickle", "True")}.isdisjoint(given)
    assert ("allow_pickle", "False") in given, "the words are looked at"
