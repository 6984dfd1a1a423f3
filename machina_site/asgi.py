"""What the live server serves: `/live/`, nothing else."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")

django.setup(set_prefix=False)

from machina_site.live.app import Live  # noqa: E402 (needs the apps, which the line above makes ready)

application = Live()
