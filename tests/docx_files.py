"""Documents as people send them: small .docx files made by hand."""

import io
import zipfile
from collections.abc import Iterable
from typing import Final

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS: Final = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph with one run."""
    return f"<w:p>{properties}<w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def docx(*body: str, prolog: str = "", more: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """Return a document with this body."""
    document = f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", document)
        for name, held in more:
            archive.writestr(name, held)
    return content.getvalue()
