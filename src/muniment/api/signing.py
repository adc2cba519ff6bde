"""What the signing provider posts to us: which envelope to look at; a worker asks it how it is."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from muniment.actions import agreement, people
from muniment.api import posted
from muniment.gateways.elsewhere import parse


@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Take a signed report in; the same one again changes nothing. Anything else is refused."""
    now = timezone.now()
    try:
        name = parse.event(
            posted.body(request, most=parse.LARGEST),
            signature=request.headers.get("X-Docuseal-Signature", "")[:1_000],
            secret=settings.DECLARED.esign_webhook_secret,
            now=now,
        )
    except parse.Invalid as fault:
        return posted.refused(fault)
    if name is not None:
        agreement.look_elsewhere(name, actor=people.system(), now=now)
    return posted.received()
