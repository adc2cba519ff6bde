"""Eight visitors of one address knock at one door at once; prints how many were let through."""

import json
import threading

from tests.actions import apart

VISITORS, TRIES, PLACES = 8, 4, 10


def main() -> None:
    """Prepare, knock, tell."""
    apart.prepare()
    passed: list[bool] = []
    together = threading.Barrier(VISITORS)
    visitors = [threading.Thread(target=knock, args=(passed, together)) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    print(json.dumps({"knocked": len(passed), "passed": sum(passed)}))


def knock(passed: list[bool], together: threading.Barrier) -> None:
    """Knock a few times, each time together with all the others."""
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection
    from django.http import HttpResponse
    from django.test import RequestFactory

    from muniment.pages import limits

    @limits.only("a-door", times=PLACES, seconds=10**9)
    def door(_request: object) -> HttpResponse:
        return HttpResponse("in")

    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]  # who is not let in is shown a page
    for _ in range(TRIES):
        together.wait(timeout=60)
        passed.append(door(request).status_code == 200)
    connection.close()


if __name__ == "__main__":
    main()
