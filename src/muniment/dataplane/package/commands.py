"""What the data plane process can be asked about a package that is finished.

As in `dataplane.commands`: plain JSON in, plain JSON out, keys by another road.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from muniment.dataplane import asking, signatures
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.package import inspection, sampling, sealing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Told = dict[str, object]


def pack(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`folder`, `key` (public, PEM), `package` (hash of its manifest), `name`, `out`.

    Locked for `recipient` (an age key), or else with the key `passphrase`. What killed processes
    left half locked beside `out` is deleted first. Answers SHA-256 and size of the locked file.
    """
    out = Path(asking.text(asked, "out"))
    sealing.sweep(out.parent)
    parcel = sealing.parcel(
        Path(asking.text(asked, "folder")),
        key=_public(asked),
        package_sha256=asking.text(asked, "package"),
        name=asking.text(asked, "name"),
        watch=watch,
    )
    if asked.get("recipient") is not None:
        sealed = sealing.with_key(parcel, out, recipient=asking.text(asked, "recipient"))
    else:
        secret = asking.key(keys, "passphrase").decode("ascii")
        sealed = sealing.with_passphrase(parcel, out, passphrase=secret)
    return {"sha256": sealed.sha256, "size": sealed.size}


def sample(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`folder`, `key`. Some rows of each table; the caller records who looks and why."""
    watch.step("draw a sample")
    return {"tables": sampling.rows(Path(asking.text(asked, "folder")), key=_public(asked))}


def inspect(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`folder`, `key`. The automatic checks of a package, and what was found."""
    watch.step("look for what must not leave")
    return inspection.of(Path(asking.text(asked, "folder")), key=_public(asked))


def _public(asked: asking.Asked) -> "Ed25519PublicKey":
    return signatures.public_key(asking.text(asked, "key").encode(), name="The key")
