"""Whether a host is this machine: what goes to any other is sent over https only."""

import ipaddress


def is_loopback(host: str) -> bool:
    """By its address, or by the one name that always means it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
