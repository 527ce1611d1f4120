"""Words of a PDF that Chromium wrote: enough of the format to read its own files."""

from __future__ import annotations

import re
import zlib


def pages_of(pdf: bytes) -> list[list[tuple[float, str]]]:
    """The lines of every sheet with their distance from its top, in points."""
    objects = {int(m[1]): m[2] for m in re.finditer(rb"(?s)(\d+) 0 obj\s(.*?)\sendobj", pdf)}
    tree = next(body for body in objects.values() if re.search(rb"/Type\s*/Pages", body) and b"/Parent" not in body)
    return [lines_of(body, objects) for body in leaves(tree, objects)]


def leaves(node: bytes, objects: dict[int, bytes]) -> list[bytes]:
    """The sheets under a node of the page tree, in order."""
    if not re.search(rb"/Type\s*/Pages", node):
        return [node]
    kids = re.search(rb"/Kids\s*\[([^\]]*)\]", node)
    assert kids
    return [leaf for kid in re.findall(rb"(\d+) 0 R", kids[1]) for leaf in leaves(objects[int(kid)], objects)]


def stream(body: bytes) -> bytes:
    """The unpacked stream of an object."""
    raw = body.split(b"stream", 1)[1].lstrip(b"\r\n").rsplit(b"endstream", 1)[0]
    return zlib.decompressobj().decompress(raw) if b"FlateDecode" in body else raw


def letters_of(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    """What the glyphs of a font stand for."""
    found = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert found
    table = stream(objects[int(found[1])])
    known: dict[int, str] = {}
    for block in re.findall(rb"(?s)beginbfchar(.*?)endbfchar", table):
        for code, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            known[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"(?s)beginbfrange(.*?)endbfrange", table):
        for low, high, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for offset in range(int(high, 16) - int(low, 16) + 1):
                known[int(low, 16) + offset] = chr(int(text, 16) + offset)
    return known


def lines_of(sheet: bytes, objects: dict[int, bytes]) -> list[tuple[float, str]]:
    """The text blocks of one sheet."""
    fonts = {n: letters_of(objects[int(at)], objects) for n, at in re.findall(rb"/(F\d+) (\d+) 0 R", sheet)}
    contents = re.search(rb"/Contents (\d+) 0 R", sheet)
    assert contents
    text = stream(objects[int(contents[1])])
    lines: list[tuple[float, str]] = []
    saved: list[tuple[float, float]] = []
    scale, shift = 1.0, 0.0
    number = rb"-?[\d.]+"
    token = re.compile(
        rb"(?P<save>\bq\b)|(?P<back>\bQ\b)|(?P<cm>(?:%s ){6}cm)|(?P<tm>(?:%s ){6}Tm)|/(?P<font>F\d+) "
        rb"|(?P<show>\[[^\]]*\] ?TJ|<\w+> ?Tj)|(?P<end>\bET\b)" % (number, number)
    )
    known: dict[int, str] = {}
    down, words = 0.0, ""
    for found in token.finditer(text):
        kind = found.lastgroup
        if kind == "save":
            saved.append((scale, shift))
        elif kind == "back":
            scale, shift = saved.pop()
        elif kind == "cm":
            numbers = [float(n) for n in found[0].split()[:6]]
            scale, shift = scale * numbers[3], shift + scale * numbers[5]
        elif kind == "font":
            known = fonts.get(found["font"], {})
        elif kind == "tm":
            down = shift + scale * float(found[0].split()[5])
        elif kind == "show":
            for part in re.findall(rb"<(\w+)>", found[0]):
                codes = [int(part[i : i + 4], 16) for i in range(0, len(part), 4)]
                words += "".join(known.get(code, "") for code in codes)
        elif kind == "end" and words:
            lines.append((841.92 - down, words))
            words = ""
    return lines
