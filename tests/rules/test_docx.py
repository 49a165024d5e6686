"""The text of a .docx: what a reader of the page would see, and nothing that a stranger's file may do."""

import pytest

from handlers.reading.docx import MOST_BYTES, MOST_PARTS, NotRead, read
from tests.docx_files import docx, paragraph


def run(inner: str, properties: str = "") -> str:
    """Return a paragraph with this inside its run."""
    return f"<w:p><w:r>{properties}{inner}</w:r></w:p>"


def fault_of(content: bytes) -> str:
    """Return why a file is not read."""
    with pytest.raises(NotRead) as refused:
        read(content)
    return refused.value.fault


def test_paragraphs_runs_breaks_and_links() -> None:
    """Runs are joined, a break begins a line, a tab is a blank, a link's words are words."""
    body = (
        "<w:p><w:r><w:t>关于停水</w:t></w:r><w:r><w:t>的通报</w:t></w:r></w:p><w:p/>"
        "<w:p><w:r><w:t>一、</w:t><w:tab/><w:t>原因</w:t><w:br/><w:t>泵房</w:t></w:r>"
        "<w:hyperlink><w:r><w:t>故障</w:t></w:r></w:hyperlink></w:p>"
    )
    assert read(docx(body)).paragraphs == ("关于停水的通报", "一、 原因", "泵房故障")


def test_tables_are_read_row_by_row() -> None:
    """The cells of a row stand beside each other, also those of a table within a frame for controls."""
    row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    table = f"<w:tbl>{row.format(paragraph('小区'), paragraph('恢复时间'))}"
    table += f"{row.format(paragraph('阳光花园'), paragraph('今晚'))}</w:tbl>"
    framed = f"<w:sdt><w:sdtContent>{table}</w:sdtContent></w:sdt>"
    assert read(docx(framed)).paragraphs == ("小区 | 恢复时间", "阳光花园 | 今晚")


def test_what_is_not_taken_over_is_counted() -> None:
    """Pictures, comments, notes, hidden words and numbers that Word makes by itself."""
    body = (
        run("<w:t>正文</w:t><w:drawing><w:t>图中字</w:t></w:drawing><w:commentReference/><w:footnoteReference/>")
        + run("<w:t>看不见</w:t>", "<w:rPr><w:vanish/></w:rPr>")
        + run("<w:t>看得见</w:t>", '<w:rPr><w:vanish w:val="false"/></w:rPr>')
        + paragraph("第一项", "<w:pPr><w:numPr/></w:pPr>")
    )
    found = read(docx(body))
    assert found.paragraphs == ("正文", "看得见", "第一项")
    assert found.left == {"pictures": 1, "comments": 1, "notes": 1, "hidden": 1, "numbers": 1}


@pytest.mark.parametrize("kind", ["ins", "del", "moveFrom", "moveTo"])
def test_changes_nobody_accepted_are_refused(kind: str) -> None:
    """Whether they are meant is not for the desk to say."""
    assert fault_of(docx(f"<w:p><w:{kind}><w:r><w:t>今晚</w:t></w:r></w:{kind}></w:p>")) == "tracked"


def test_files_that_are_no_document() -> None:
    """An old .doc, an archive of something else, nothing, half a file, and one without words."""
    whole = docx(paragraph("正文"))
    assert fault_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old one") == "no_docx"
    assert fault_of(b"") == "no_docx"
    assert fault_of(whole[: len(whole) // 2]) == "no_docx"
    assert fault_of(docx(paragraph("正文")).replace(b"word/document.xml", b"word/documenx.xml")) == "no_docx"
    assert fault_of(docx("<w:p></w:p>")) == "empty"
    assert fault_of(docx("<w:p>")) == "broken"


def test_hostile_files_cost_little() -> None:
    """Entities, a part that unpacks to very much, too many parts, and elements within elements without end."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert fault_of(docx(paragraph("&b;"), prolog=bomb)) == "broken"
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert fault_of(docx(paragraph("&a;"), prolog=outside)) == "broken"
    assert fault_of(docx(paragraph("水" * MOST_BYTES))) == "too_large"
    many = ((f"x/{n}", b"") for n in range(MOST_PARTS))
    assert fault_of(docx(paragraph("正文"), more=many)) == "too_large"
    deep = "<w:sdt>" * 500 + paragraph("正文") + "</w:sdt>" * 500
    assert fault_of(docx(deep)) == "broken"
