"""Counts records by other means than the reader, so that its own count can be held against another."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

MARKS = {"semicolons": ";", "tabs": "\t", "bars": "|"}


def lines_of(text: str) -> list[str]:
    """Physical lines; an old Mac's are ended by a carriage return alone."""
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def of_well_formed(text: str, *, mark: str = ",", head: int = 0) -> int | None:
    """Records of delimited text below its headings, where all of it is written as RFC 4180 says; None where not.

    Read by the csv module, which believes every quotation mark; the one thing it does not mind, a mark inside a cell
    without marks, is looked for beforehand.
    """
    lines = lines_of(text)
    filled = [i for i, line in enumerate(lines) if line.rstrip("\r")]
    body = "\n".join(lines[(head - 1 if head else filled[0]) :]) + "\n"
    cell = rf'(?:"(?:[^"]|"")*"|[^"{re.escape(mark)}\r\n\0]*)'
    if "\0" in body or re.fullmatch(rf"(?:{cell}(?:{re.escape(mark)}{cell})*\r?\n)*", body) is None:
        return None
    rows = [row for row in csv.reader(io.StringIO(body, newline=""), delimiter=mark, strict=True) if row]
    return len(rows) - 1


def of_lines(text: str, *, head: int = 0) -> int:
    """Lines below the headings that hold anything: the records of a text each of whose records had one line."""
    lines = lines_of(text)
    filled = [i for i, line in enumerate(lines) if line.rstrip("\r")]
    at = head - 1 if head else filled[0]
    return sum(i > at for i in filled)


def of_json_lines(text: str) -> int:
    return sum(bool(line.strip(" \t\r")) for line in text.split("\n"))


def of_json(text: str) -> int:
    body = json.loads(text)
    return len(body) if isinstance(body, list) else len(body["features"])


def of_sheet(data: bytes, head: int) -> int:
    """Rows of the first sheet below the headings that hold anything."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tree = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        shared = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in archive.namelist() else b"<x/>"
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    strings = ["".join(t.text or "" for t in one.iter(f"{space}t")) for one in ET.fromstring(shared).iter(f"{space}si")]
    count = 0
    for row in tree.iter(f"{space}row"):
        texts = []
        for cell in row.iter(f"{space}c"):
            value = cell.find(f"{space}v")
            if value is not None and value.text:
                texts.append(strings[int(value.text)] if cell.get("t") == "s" else value.text)
            texts += [t.text for t in cell.iter(f"{space}t") if t.text]
        count += int(row.get("r")) > head and any(texts)
    return count


def of_sqlite(path: Path, table: str) -> int:
    with sqlite3.connect(path) as base:
        (count,) = base.execute(f"SELECT count(*) FROM {table}").fetchone()
    base.close()
    return int(count)
