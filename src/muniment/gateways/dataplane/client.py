"""The port: what the rest of the house may ask of the data plane."""

import datetime
import itertools
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.dataplane.spec import specification
from muniment.dataplane.spec.exact import Exact, ExactTable
from muniment.gateways.dataplane.answers import Built, Counted, Drawn, Failed, Terms, Weighed
from muniment.gateways.dataplane.child import Child, Message, Reach, Tell
from muniment.gateways.dataplane.departing import Departing
from muniment.gateways.dataplane.orders import Beside, Means, Order
from muniment.gateways.dataplane.preparing import Preparing

# What the prints of a release end in, beside its receipt (`trace.sketch`).
PRINTS = ".trace.json"
HALF = ".part"
"""What the child ends a file's name with until all of it is written."""


class DataPlane(Departing, Preparing):
    """A data plane of one's own. Thread-safe: requests wait for each other, `cancel` does not.

    `read` are the folders that hold the holdings, `write` those for packages and receipts; nothing
    else on the machine is open to the child, and no network beyond its `reach`. Every method raises
    `Refused` or `Failed`.
    """

    def __init__(
        self, *, read: Iterable[Path], write: Iterable[Path], reach: Reach = Reach.NOTHING
    ) -> None:
        self._read, self._write, self._reach = list(read), list(write), reach
        self._numbers = itertools.count(1)
        self._turn = threading.Lock()
        self._child: Child | None = None
        self._running: int | None = None

    def __enter__(self) -> "DataPlane":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child. The next request starts another."""
        child, self._child = self._child, None
        if child:
            child.close()

    def ping(self) -> Message:
        """Versions, and `confinement`: what the kernel refuses the child, and `gaps` in words."""
        return self._ask({"command": "ping"})

    def check(self, folder: Path) -> Message:
        """The findings of a holding check."""
        return self._ask({"command": "check", "holding": str(folder.resolve())})

    def count(
        self,
        order: Order,
        *,
        noise_keys: Mapping[tuple[str, str], bytes],
        now: datetime.datetime,
        purpose: str | None = None,
        attrition: bool = False,
        means: Means = Means(),
        scratch: Path | None = None,
        tell: Tell | None = None,
    ) -> list[Counted]:
        """The protected answer of every part. `purpose` (staff only, recorded by the caller) also
        brings the exact number, wrapped so that it cannot be shown by accident; `attrition`, how
        many are left after each criterion (a question each, for whoever keeps the budget). The
        engine of `means` works in `scratch`, for what does not fit into memory."""
        keys = {f"noise:{'@'.join(key)}": value for key, value in noise_keys.items()}
        asked = {"command": "count", **order.message(), "now": now.isoformat()}
        asked |= {"purpose": purpose, "attrition": attrition, **means.message()}
        asked |= {"scratch": None if scratch is None else str(scratch.absolute())}
        parts = self._ask(asked, keys=keys, tell=tell)["parts"]
        assert isinstance(parts, list)
        return [_counted(part) for part in parts]

    def weigh(
        self,
        order: Order,
        *,
        others: Mapping[str, Mapping[str, object]],
        purpose: str,
        now: datetime.datetime,
    ) -> list[Weighed]:
        """What tells whether each part is enough, in exact numbers. For staff; the caller records.

        `others` are approved parts by name, under the id of the part they are compared with.
        """
        asked = {"command": "weigh", **order.message(), "now": now.isoformat()}
        asked |= {"purpose": purpose, "others": {part: dict(each) for part, each in others.items()}}
        parts = self._ask(asked)["parts"]
        assert isinstance(parts, list)
        return [Weighed(part["part"], ExactTable(part["exact"])) for part in parts]

    def terms(self, order: Order) -> Terms:
        """What an agreement signs, over all parts whose holdings are given; reads no row."""
        return Terms(**self._ask({"command": "terms", **order.message()}))

    def draw(self, order: Order, *, tell: Tell | None = None) -> Drawn:
        """Terms and plan as of now: what the approval of a build signs."""
        done = self._ask({"command": "draw", **order.message()}, tell=tell)
        return Drawn(**done)

    def approve(
        self,
        order: Order,
        *,
        terms_hash: str,
        errand: Mapping[str, object],
        key: Ed25519PrivateKey,
        line_key: bytes,
        now: datetime.datetime,
        kinds: Sequence[str] | None = None,
    ) -> bytes:
        """The signed approval file. `errand` holds request, agreement, line (text), build (number).

        `key` stays here: the child drafts the paper from the data, we sign it. A build under it has
        this `line_key` and these `kinds` of files (None: Parquet and CSV), or is refused. Refused
        (plan-changed) unless the terms still hash to `terms_hash`, what Annex B signed.
        """
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        asked = {
            "command": "paper",
            **order.message(),
            "terms_hash": terms_hash,
            "errand": dict(errand),
            "now": now.isoformat(),
            "key": public.decode("ascii"),
            "kinds": None if kinds is None else list(kinds),
        }
        paper = self._ask(asked, keys={"line": line_key})["paper"]
        assert isinstance(paper, dict)
        signature = key.sign(specification.canonical(paper)).hex()
        return specification.canonical({**paper, "signature": signature})

    def build(
        self,
        order: Order,
        *,
        out: Path,
        receipt: Path,
        now: datetime.datetime,
        line_key: bytes,
        manifest_key: Ed25519PrivateKey,
        approval: bytes | None = None,
        approval_key: bytes | None = None,
        means: Means = Means(),
        sketch_key: bytes | None = None,
        beside: Beside = Beside(),
        tell: Tell | None = None,
    ) -> Built:
        """Build a release under an approval file, or a rehearsal without one.

        `approval_key` is the approver's public key (PEM). `means` says with what to build.
        Also raises `Stopped` after a `cancel`.
        On any failure neither package nor receipt exists, but for one: a child that dies in the
        moment between publishing and answering leaves a whole package, which `verify` accepts.
        """
        keys = {"line": line_key, "manifest": _pem(manifest_key)}
        if approval_key:
            keys["approval"] = approval_key
        if sketch_key:
            keys["sketch"] = sketch_key
        asked = {
            "command": "build",
            **order.message(),
            "out": str(out.absolute()),
            "receipt": str(receipt.absolute()),
            "now": now.isoformat(),
            "approval": None if approval is None else approval.decode("utf-8"),
            **means.message(),
            **beside.message(),
        }
        return self._built(asked, keys, tell, out=out, receipt=receipt)

    def _built(
        self,
        asked: Message,
        keys: Mapping[str, bytes],
        tell: Tell | None,
        *,
        out: Path,
        receipt: Path,
    ) -> Built:
        """Ask for it; after a child that died, sweep what it left."""
        try:
            return Built(**self._ask(asked, keys=keys, tell=tell))
        except Failed:
            self.sweep(out.absolute().parent)
            if not out.exists():
                for path in (receipt, receipt.with_suffix(PRINTS)):
                    path.unlink(missing_ok=True)
                    path.with_name(path.name + HALF).unlink(missing_ok=True)
            raise

    def texts(self, order: Order, *, field: str, out: Path, now: datetime.datetime) -> Message:
        """Write the texts of a column (table.field) with what was found in them, for a reader.

        Staff only: the file holds the texts. Answers how many there are.
        """
        asked = {"command": "texts", **order.message(), "field": field}
        return self._ask({**asked, "out": str(out.absolute()), "now": now.isoformat()})

    def verify(self, folder: Path, *, key: bytes, rehearsal: bool = False) -> Message:
        """The manifest of a package that holds, checked with a public key (PEM)."""
        asked = {
            "command": "verify",
            "folder": str(folder.resolve()),
            "key": key.decode("ascii"),
            "rehearsal": rehearsal,
        }
        return self._ask(asked)

    def cancel(self) -> None:
        """Ask that the request now running, if any, be given up."""
        child, running = self._child, self._running
        if child and running is not None:
            child.cancel(running)

    def _ask(
        self,
        request: Message,
        *,
        keys: Mapping[str, bytes] | None = None,
        tell: Tell | None = None,
    ) -> Message:
        with self._turn:
            if self._child is None or not self._child.alive():
                self.close()
                self._child = self._started()
            number = self._running = next(self._numbers)
            try:
                return self._child.ask({"id": number, **request}, keys=keys, tell=tell)
            finally:
                self._running = None

    def _started(self) -> Child:
        return Child(read=self._read, write=self._write, reach=self._reach)


def _counted(part: Message) -> Counted:
    exact, lifts = part.pop("exact", None), part.pop("embargoed_until")
    shown = part["shown"]
    return Counted(
        part=str(part["part"]),
        shown=shown if isinstance(shown, int) else None,
        says=str(part["says"]),
        document=part,
        exact=Exact(exact) if isinstance(exact, int) else None,
        embargoed_until=None if lifts is None else datetime.datetime.fromisoformat(str(lifts)),
    )


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
