"""From a Typst template and plain values to a PDF.

Values reach Typst as data, never as text of its language, and it may read no file
(`privacy.md` B7).
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any


def pdf(template: str, data: Mapping[str, Any], *, standards: Sequence[str] = ()) -> bytes:
    """The same bytes for the same values; the template reads them as `sys.inputs.data`."""
    import datetime

    import typst

    with tempfile.TemporaryDirectory() as empty:
        made: bytes = typst.compile(  # type: ignore[call-overload]  # its stubs want root like input
            template.encode(),
            root=empty,
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=list(standards),
            timestamp=datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC),
        )
    return made
