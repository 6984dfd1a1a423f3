"""What the web server serves: Django, with the front before it."""

import os
from typing import cast
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")

django = get_wsgi_application()

from machina_site.front.app import Front  # noqa: E402 (needs the apps, which the line above makes ready)

application = Front(cast(WSGIApplication, django))
