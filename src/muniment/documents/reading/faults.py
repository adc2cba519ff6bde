"""Why a file is not taken: a code and one sentence each that says what to do."""


class Fault(Exception):
    """Ends the reading of a file."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def document(self) -> list[object]:
        """Code, sentence, params: as they cross to the process that asked."""
        return [self.code, SENTENCES[self.code], self.params]


SENTENCES = {
    "file-damaged": "This file is damaged and cannot be read. Save it again and send it.",
    "file-encrypted": "This file is under a password. Save it without one and send it again.",
    "file-scripted": "This file holds a script or macro. Save it without one and send it again.",
    "file-embedded": "Other files are embedded in this one. Take them out and send it again.",
    "file-external": "This file loads something from outside. Save it as a plain document.",
    "file-too-many-pages": "This file has more than {most} pages. Shorten it and send it again.",
    "file-too-deep": "This file is nested too deeply to be read. Save it anew and send it again.",
    "file-unpacks-too-large": "This file unpacks to far more than its size. It is not opened.",
    "file-too-demanding": (
        "This file takes too much time or memory to read. Save it anew, or answer online."
    ),
    "file-kind-unknown": (
        "This is not a PDF, Word, OpenDocument, PNG, JPEG or CSV file. Send one of these."
    ),
    "file-not-its-name": (
        "The name ends in {named}, but the content is {found}. Give it the right ending."
    ),
    "form-kind-unknown": "This is neither a PDF nor a Word form. Send the form you downloaded.",
    "form-xfa": (
        "This PDF was made over into an XFA form, which we do not read. "
        "Fill in the form as downloaded, in another program."
    ),
    "form-scanned": (
        "There are no fields in this file: it looks like a scan or a printout. "
        "Fill in the downloaded form on a computer, or let the office enter it."
    ),
    "form-not-ours": (
        "This file does not say which edition of our form it is. Download the form and fill it in."
    ),
    "signed-another-file": (
        "The file that came back does not begin with the file that was sent. It counts for nothing."
    ),
    "signed-by-nobody": "The file that came back holds no signature. It counts for nothing.",
    "signed-broken": "A signature in the file that came back does not hold. It counts for nothing.",
    "signed-and-changed": (
        "Something was added after the last signature of the file that came back. "
        "It counts for nothing."
    ),
}
