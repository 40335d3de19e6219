"""Which cells of an xlsx workbook are shown as percentages: their values are stored as fractions."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

_BUILTIN = {"9", "10"}  # 0% and 0.00%
_QUOTED = re.compile(r'"[^"]*"|\\.')
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]{1,200})>")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def percent_cells(data: bytes) -> Mapping[str, frozenset[tuple[int, int]]]:
    """Sheet → ``(row, column)`` from 0 of its percentages; nothing for another format than xlsx."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            styles = {str(index).encode() for index in _percent_styles(fromstring(archive.read("xl/styles.xml")))}
            return {name: frozenset(_cells(archive.read(path), styles)) for name, path in _sheets(archive)} if styles else {}
    except (zipfile.BadZipFile, zlib.error, KeyError, ParseError, DefusedXmlException, NotImplementedError, EOFError):
        return {}


def _percent_styles(styles: Element) -> Iterator[int]:
    """Indexes of the cell formats that show a percentage."""
    shown = {
        each.get("numFmtId")
        for each in styles.iter()
        if _is(each, "numFmt") and "%" in _QUOTED.sub("", each.get("formatCode", ""))
    }
    formats = next((each for each in styles.iter() if _is(each, "cellXfs")), ())
    return (index for index, each in enumerate(formats) if each.get("numFmtId") in shown | _BUILTIN)


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for sheet in fromstring(archive.read("xl/workbook.xml")).iter():
        target = targets.get(sheet.get(_RELATION)) if _is(sheet, "sheet") else None
        if target:
            yield sheet.get("name", ""), posixpath.normpath(posixpath.join("xl", target)).lstrip("/")


def _cells(sheet: bytes, styles: set[bytes]) -> Iterator[tuple[int, int]]:
    for cell in _CELL.finditer(sheet):
        style, place = _STYLE.search(cell[1]), _PLACE.search(cell[1])
        if style and place and style[1] in styles:
            column = 0
            for letter in place[1]:
                column = 26 * column + letter - 64
            yield int(place[2]) - 1, column - 1


def _is(element: Element, name: str) -> bool:
    return element.tag.rpartition("}")[2] == name
