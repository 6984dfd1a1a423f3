"""For a web server of several processes: gunicorn -w 4 examples.button_shop.wsgi"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.button_shop.settings")
application = get_wsgi_application()
