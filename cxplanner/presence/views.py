"""The beat of a page: I am here; who else is?"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.refs import Ref, UnknownRef, target
from cxplanner.presence import services


@needs(Action.VIEW)
@require_POST
def here(request: MemberRequest) -> HttpResponse:
    """Note that somebody has `about` before them; answer who else has, 204 when `seen` says it."""
    try:
        about = target(Ref.parse(request.POST.get("about", ""))).ref
    except (ValueError, UnknownRef) as error:
        raise Http404 from error
    services.be_at(about, by=request.member, writing=bool(request.POST.get("writing")))
    others = services.others_at(about, but=request.member)
    seen = ",".join(map(str, others))
    if seen == request.POST.get("seen", ""):
        return HttpResponse(status=204)
    return render(request, "components/_others.html", {"others": others, "seen": seen})
