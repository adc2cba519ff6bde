"""The process that opens strangers' files is shut in before it reads a byte of them."""

import json
import subprocess
import sys

PROBE = """
import json, os, socket
from muniment.documents.reading import child, docx, pdf
pdf.load(); docx.load(); child.shut()
said = {}
for name, act in {
    "file": lambda: open("/etc/passwd").read(),
    "write": lambda: open("/tmp/out", "w"),
    "socket": lambda: socket.socket(),
    "program": lambda: os.execv("/bin/true", ["true"]),
    "memory": lambda: bytearray(2 * 1024 ** 3),
}.items():
    try:
        act(); said[name] = "open"
    except (OSError, MemoryError) as fault:
        said[name] = type(fault).__name__
print(json.dumps(said))
"""


def test_it_reaches_no_file_no_network_and_no_program() -> None:
    ended = subprocess.run(
        [sys.executable, "-I", "-c", PROBE], capture_output=True, text=True, check=True
    )
    said = json.loads(ended.stdout)
    assert "open" not in said.values(), said


def test_whatever_a_parser_stumbles_over_is_a_damaged_file() -> None:
    from muniment.documents.reading import child

    answer = json.loads(child.answer({"task": "form"}, b"%PDF-1.4\n%%EOF"))
    assert answer["refused"][0] == "file-damaged"
