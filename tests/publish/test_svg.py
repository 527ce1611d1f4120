"""The gate for drawings: our own pass, everything else is refused, and what passes is written afresh."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.bundle import Bundle
from intelnb.errors import LeakFound
from intelnb.publish import svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
REFUSED = {
    "script": "<script>alert(1)</script>",
    "handler": '<rect x="0" y="0" width="1" height="1" onload="alert(1)"/>',
    "link": '<a href="https://example.org"><text x="1" y="1">x</text></a>',
    "image": '<image href="http://127.0.0.1/x.png" width="1" height="1"/>',
    "xlink": '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/>',
    "foreign": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><b>x</b></body></foreignObject>',
    "html": '<b xmlns="http://www.w3.org/1999/xhtml">x</b>',
    "style element": "<style>@import url(http://127.0.0.1/)</style>",
    "style attribute": '<rect x="0" y="0" width="1" height="1" style="fill:url(http://127.0.0.1/)"/>',
    "outside fill": '<rect x="0" y="0" width="1" height="1" fill="url(http://127.0.0.1/#a)"/>',
    "animation": '<animate attributeName="href" values="javascript:alert(1)"/>',
    "set": '<set attributeName="onmouseover" to="alert(1)"/>',
    "filter": '<filter id="f"><feImage href="http://127.0.0.1/"/></filter>',
    "markup in title": "<title><b>x</b></title>",
    "words outside text": "<g>hidden words</g>",
    "tail words": '<rect x="0" y="0" width="1" height="1"/>tail',
    "evil number": '<rect x="expression(alert(1))" y="0" width="1" height="1"/>',
    "data uri": '<rect x="0" y="0" width="1" height="1" fill="url(data:image/svg+xml,x)"/>',
    "unknown attribute": '<text x="1" y="1" data-name="A. Person">x</text>',
    "foreign attribute": '<text xml:base="http://127.0.0.1/" x="1" y="1">x</text>',
    "embedded entity": "&nbsp;",
}


@pytest.mark.parametrize("inner", REFUSED.values(), ids=REFUSED.keys())
def test_anything_but_our_own_elements_is_refused(inner: str) -> None:
    with pytest.raises(LeakFound, match="drawing was refused") as fault:
        svg.cleaned(f"{HEAD}{inner}</svg>", prefix="p")
    assert "Person" not in str(fault.value)


@pytest.mark.parametrize(
    "drawing",
    [
        "",
        "not svg",
        "<html/>",
        "<svg>without namespace</svg>",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><title>&a;</title></svg>',
        '<!DOCTYPE svg SYSTEM "file:///etc/hostname"><svg xmlns="http://www.w3.org/2000/svg"/>',
        HEAD,
        f"{HEAD}</svg>{HEAD}</svg>",
    ],
)
def test_what_is_not_one_plain_svg_is_refused(drawing: str) -> None:
    with pytest.raises(LeakFound):
        svg.cleaned(drawing, prefix="p")


def test_comments_instructions_and_cdata_do_not_survive() -> None:
    drawing = f"{HEAD}<!-- secret --><?php secret ?><title><![CDATA[<img src=x onerror=alert(1)>]]></title></svg>"
    made = svg.cleaned(drawing, prefix="p")
    assert "secret" not in made
    assert "<img" not in made
    assert "&lt;img" in made


def test_ids_and_what_points_at_them_become_the_pages_own() -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" aria-labelledby="t d"><title id="t">T</title><desc id="d">D</desc>'
        '<rect x="0" y="0" width="1" height="1" fill="url(#h)" clip-path="url(#c)"/></svg>'
    )
    made = svg.cleaned(drawing, prefix="f1")
    assert 'aria-labelledby="f1-t f1-d"' in made
    assert 'id="f1-t"' in made
    assert 'fill="url(#f1-h)" clip-path="url(#f1-c)"' in made


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=50))
def test_words_survive_as_words(words: str) -> None:
    root = ET.Element("{http://www.w3.org/2000/svg}svg")
    ET.SubElement(root, "{http://www.w3.org/2000/svg}text", x="1", y="2").text = words
    made = svg.cleaned(ET.tostring(root, encoding="unicode"), prefix="p")
    assert ET.fromstring(made)[0].text == (words or None)


def test_every_drawing_of_a_product_passes(bundle: Bundle) -> None:
    pictures = [p for s in bundle.sections for f in s.findings for p in f.pictures]
    sparks = [p for table in bundle.tables() for p in table.sparks.values()]
    assert len(pictures) == 5
    assert len(sparks) == 5
    for i, picture in enumerate([*pictures, *sparks]):
        ET.fromstring(svg.cleaned(picture.svg, prefix=f"x{i}"))
