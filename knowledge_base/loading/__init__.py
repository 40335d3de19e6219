"""Loading: files and directories in, :class:`Document` records out, one loader per format.

Nothing that a file contains raises an exception here: a file that cannot be read, or a row that cannot be used, becomes a
:class:`Skipped` with a reason that the owner can act on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge_base.loading.columns import Columns
from knowledge_base.loading.edition import IN_FORCE, holds_for, in_force
from knowledge_base.loading.files import Source, SourceFile, fingerprint, list_files, reason_of
from knowledge_base.loading.formats import FORMATS, format_of_suffix, parse, recognise
from knowledge_base.loading.parsed import Parsed, Unreadable, language_of
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.types import NO_METADATA, Document, LanguageCode, Section, Skipped

__all__ = ["DocumentLoader", "Source", "SourceFile", "fingerprint", "list_files", "load_documents"]

_LARGE = 1 << 18  # bytes of prose from which parsing gets a limit of time too


def load_documents(paths: Sequence[str | Path], language: LanguageCode | None = None) -> Iterator[Document | Skipped]:
    """One :class:`Document` per file under ``paths``, and a :class:`Skipped` for each file or row that was left out.

    ``language`` overrides what the text looks like and what a file says of itself, but not the language column of a row.
    """
    with DocumentLoader() as loader:
        for file in list_files(paths):
            if isinstance(file, Skipped):
                yield file
            else:
                yield from loader.load(file, language)


class DocumentLoader:
    """Loads files one by one. Use it as a context manager: binary formats are parsed in a child process that it owns."""

    def __init__(self, columns: Columns = NO_METADATA) -> None:
        """``columns`` says which columns of tables hold what, where headers do not tell."""
        self._sandbox, self._columns = Sandbox(), columns

    def __enter__(self) -> DocumentLoader:
        return self

    def __exit__(self, *_: object) -> None:
        self._sandbox.close()

    def load(self, file: Source, language: LanguageCode | None = None) -> list[Document | Skipped]:
        """The document of ``file`` followed by its skipped rows; or one :class:`Skipped` for the whole file."""
        try:
            parsed = self._parse(file)
            if not parsed.sections and not parsed.skipped:
                raise Unreadable("holds no text")
        except OSError as error:
            return [Skipped(file.source, f"cannot be read: {reason_of(error)}")]
        except Unreadable as error:
            return [Skipped(file.source, str(error))]
        except Exception as error:  # a bad file must not stop the others, whatever a library makes of it
            return [Skipped(file.source, f"cannot be parsed ({type(error).__name__}: {error}); open it and save it again")]
        skipped = [Skipped(file.source, reason, row) for row, reason in parsed.skipped]
        return [_document(file, parsed, language), *skipped] if parsed.sections else [*skipped]

    def _parse(self, file: Source) -> Parsed:
        data, name = file.read(), file.name
        kind = recognise(format_of_suffix(file.suffix) or "txt", data)
        risky = FORMATS[kind].risky or (kind in {"md", "txt"} and len(data) > _LARGE)
        return (self._sandbox.parse if risky else parse)(kind, data, name, self._columns)


def _document(file: Source, parsed: Parsed, given: LanguageCode | None) -> Document:
    stated = given or parsed.language
    guessed = [
        section.language or stated or language_of(f"{section.question or ''}\n{section.text}") for section in parsed.sections
    ]
    main: LanguageCode = stated or _main_language(parsed.sections, guessed)
    sections = tuple(
        section if section.language else replace(section, language=language or main)
        for section, language in zip(parsed.sections, guessed, strict=True)
    )
    sections = tuple(replace(one, text=_whole(one.text), question=one.question and _whole(one.question)) for one in sections)
    title = _whole((parsed.title or file.name.replace("_", " ")).strip())
    since = in_force(title, sections) if holds_for(sections) else None
    metadata = {IN_FORCE: since} if since else NO_METADATA
    return Document(file.location, file.source, title, main, sections, metadata, notes=tuple(parsed.notes))


def _whole(text: str) -> str:
    """``text`` with U+FFFD in place of half a character, which JSON can hold and nothing else takes."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _main_language(sections: Sequence[Section], languages: Sequence[LanguageCode | None]) -> LanguageCode:
    """The language of most of the text; a Chinese character counts for three letters, as it says about as much."""
    weights = {"zh": 0, "en": 0}
    for section, language in zip(sections, languages, strict=True):
        if language:
            weights[language] += len(section.text) + len(section.question or "")
    return "zh" if 3 * weights["zh"] > weights["en"] else "en"
