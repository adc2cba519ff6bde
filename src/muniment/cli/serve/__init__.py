"""`muniment serve`: the site, the worker and the data plane, on this machine.

The site listens on loopback unless MUNIMENT_HOST names another address; a demo always does.

Children under one parent. The parent makes the home folder, brings the database up to date, tries
the data plane and says what the kernel refuses it, starts the children, says when each is ready,
starts a dead one again, and takes all of them down with it. It opens no data and no request itself.

The data plane runs as the worker's own child, over handles that only the worker has: started at its
first use, and again when it died.
"""

import argparse
import contextlib
import errno
import ipaddress
import os
import socket
import sys
from pathlib import Path

from muniment import cli
from muniment.cli.serve import cards, children

LOOPBACK = "127.0.0.1"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the home is, which port, and whether to print a link into a demo."""
    parser.add_argument("--home", type=Path, metavar="DIR", help="keys, database, files, holdings")
    parser.add_argument("--port", type=_port, metavar="N", help="default 8460; 0 takes a free one")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="serve the demo's home, with a link in",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted; exit 0 then. Raises Stop when it cannot begin."""
    _declare(args)
    host = _address()
    port = _free_port(host)
    with cards.stand_in(port) if args.demo else contextlib.nullcontext():
        return _serve(args, host, port)


def _serve(args: argparse.Namespace, host: str, port: int) -> int:
    cli.start_django()
    from django.conf import settings

    home = settings.MUNIMENT_HOME
    if args.demo:
        _refuse_unless_demo(home)
    _warn_unless_loopback(host)
    print(f"home: {home}", flush=True)
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    print("database: bringing it up to date; a first start takes a moment", flush=True)
    _migrate()
    if args.demo:
        from muniment.pages import demo_door

        cards.forget_pages()
        # The address that its letters and the card page lead back to: a session is of one host.
        print(f"demo: {settings.MUNIMENT_SITE_URL}/demo/{demo_door.mint()}/", flush=True)
        print("      opens once, within an hour, on this machine only", flush=True)
    _try_dataplane(home)
    return children.Parent([_site(host, port), _worker()]).run()


def _site(host: str, port: int) -> children.Part:
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--log-level", "warning", "--no-ws",
        "muniment.pages.site:application",
    ]  # fmt: skip
    says = f"ready at http://{_in_url(host)}:{port}/"
    near = _reached_from_here(host)
    return children.Part(
        "site", words, lambda part: part.age > 1 and _http_ok(near, port, "/up/"), says
    )


def _worker() -> children.Part:
    return children.Part("worker", _command("worker"), lambda part: part.age > 1)


def _try_dataplane(home: Path) -> None:
    """Start the data plane once; say that it is ready, and loudly what does not hold it in."""
    from muniment.gateways import dataplane

    read, write = [home / "holdings"], [home / "staging", home / "releases", home / "receipts"]
    try:
        with dataplane.DataPlane(read=read, write=write) as tried:
            confinement = tried.ping()["confinement"]
    except dataplane.Failed as fault:
        print(f"data plane: WARNING: it cannot run. {fault}", file=sys.stderr, flush=True)
        return
    gaps = confinement["gaps"] if isinstance(confinement, dict) else []
    for gap in gaps:
        print(f"data plane: WARNING: not fully confined. {gap}", file=sys.stderr, flush=True)
    held = "with the gaps named above" if gaps else "no network, no other files, no programs"
    print(f"data plane: ready, confined by the kernel: {held}", flush=True)


def _command(name: str) -> list[str]:
    """Another command of ours, run by the same Python."""
    return [
        sys.executable,
        "-c",
        "import sys; from muniment import cli; sys.exit(cli.main())",
        name,
    ]


def _declare(args: argparse.Namespace) -> None:
    """Put what was asked for where settings are read, for this process and for the children."""
    if args.demo:
        from muniment.demo import place

        os.environ["MUNIMENT_HOST"] = LOOPBACK  # its link lets anybody in who can reach it
        args.home = args.home or place.default()
        os.environ.pop("DATABASE_URL", None)  # the demo's database is in its home, and no other
        for name in ("MUNIMENT_SITE_URL", "MUNIMENT_ALLOWED_HOSTS"):
            os.environ.pop(name, None)  # a real site's, to which nothing here should lead
    if args.home is not None:
        os.environ["MUNIMENT_HOME"] = str(args.home.expanduser().resolve())
    if args.port is not None:
        os.environ["MUNIMENT_PORT"] = str(args.port or _any_port())


def _address() -> str:
    """The address to listen on, as MUNIMENT_HOST says; raises Stop for what is none."""
    host = os.environ.get("MUNIMENT_HOST") or LOOPBACK
    try:
        return str(ipaddress.ip_address(host))
    except ValueError as fault:
        raise cli.Stop(
            f"MUNIMENT_HOST is '{host}'; name an address of this machine, such as {LOOPBACK} for "
            "this machine alone or 0.0.0.0 for every network it is in."
        ) from fault


def _warn_unless_loopback(host: str) -> None:
    if not ipaddress.ip_address(host).is_loopback:
        print(
            f"site: WARNING: it listens on {host}, where other machines can reach it, and without "
            "encryption. Put a proxy with TLS before it.",
            file=sys.stderr,
            flush=True,
        )


def _free_port(host: str) -> int:
    """The port to listen on; raises Stop when somebody else has it, or the address is not ours."""
    port = int(os.environ.get("MUNIMENT_PORT") or 8460)
    with socket.socket(_family(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            if fault.errno == errno.EADDRNOTAVAIL:
                raise cli.Stop(f"MUNIMENT_HOST is {host}; this machine has no such address.") from (
                    fault
                )
            raise cli.Stop(
                f"Port {port} cannot be used: {fault.strerror}. Stop what listens there, or name "
                f"another one: muniment serve --port {min(port + 1, 65535)}"
            ) from fault
    return port


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _reached_from_here(host: str) -> str:
    """Where this machine finds a site that listens on an address; every address has a loopback."""
    everywhere = {"0.0.0.0": LOOPBACK, "::": "::1"}
    return everywhere.get(host, host)


def _port(text: str) -> int:
    """argparse: a number from 0 to 65535."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port; use a number from 0 to 65535")
    return int(text)


def _refuse_unless_demo(home: Path) -> None:
    from muniment.pages import demo_door

    if not demo_door.is_demo_home(home):
        raise cli.Stop(
            f"{home} was not made by the demo, so no link into it is given. Run `muniment demo` "
            "first, or leave --demo out."
        )


def _migrate() -> None:
    """Bring the database up to date; raises Stop with its own words when it cannot be."""
    from django.core.management import call_command
    from django.db import Error

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except Error as fault:
        raise cli.Stop(f"The database cannot be used: {str(fault).strip()}") from fault


def _http_ok(host: str, port: int, path: str) -> bool:
    """Whether the site answers; asked under a name that it answers to."""
    import http.client

    from django.conf import settings

    name = next((each for each in settings.ALLOWED_HOSTS if each[0] not in ".*"), "localhost")
    asked = http.client.HTTPConnection(host, port, timeout=2)
    try:
        asked.request("GET", path, headers={"Host": name})
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()
