"""Counts records by itself, character by character, so that a reader's own count can be held against another."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

MARKS = {"semicolons": ";", "tabs": "\t", "bars": "|"}
LONGEST_FIELD = 131_072


def lines_of(text: str) -> list[str]:
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def cells_of(line: str, mark: str) -> int:
    """How many columns one line has by itself; a quote counts only where a field begins with it."""
    count, quoted, at, begins = 1, False, 0, True
    while at < len(line):
        char = line[at]
        if quoted:
            if char == '"':
                if line[at + 1 : at + 2] == '"':
                    at += 1
                else:
                    quoted = False
        elif char == '"' and begins:
            quoted = True
        elif char == mark:
            count, begins, at = count + 1, True, at + 1
            continue
        begins = False
        at += 1
    return count


def lines_taken(lines: list[str], at: int, wide: int, mark: str) -> int:
    """How many lines the record that begins in a line takes; one, where it is not a whole record."""
    if "\x00" in lines[at]:
        return 1
    state, length = "begin", 0
    for taken in range(1, min(2000, len(lines) - at) + 1):
        line = lines[at + taken - 1]
        whole = line.count(mark) >= wide - 1 and cells_of(line, mark) >= wide
        if taken > 1 and (whole or "\x00" in line):
            return 1
        for char in line + "\n":
            if state == "returned":
                if char not in "\r\n":
                    return 1
            elif state == "quoted":
                state = "closing" if char == '"' else "quoted"
                length += 1
            elif char in "\r\n":
                state = "returned"
            elif char == mark:
                state, length = "begin", 0
            elif state == "closing":
                if char != '"':
                    return 1
                state = "quoted"
            elif char == '"' and state == "begin":
                state = "quoted"
            else:
                state, length = "plain", length + 1
            if length > LONGEST_FIELD:
                return 1
        if state == "returned":
            return taken
    return 1


def of_text(text: str, *, mark: str = ",", head: int = 0) -> int:
    """Records of delimited text below its headings, which stand in line `head` (0: the first that holds anything)."""
    lines = lines_of(text)
    filled = [i for i, line in enumerate(lines) if line.rstrip("\r")]
    at = head - 1 if head else filled[0]
    wide, count = cells_of(lines[at].rstrip("\r"), mark), 0
    at += 1
    while at < len(lines):
        if not lines[at].rstrip("\r"):
            at += 1
            continue
        count += 1
        at += lines_taken(lines, at, wide, mark)
    return count


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
