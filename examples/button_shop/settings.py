"""A Django project that is not Machina: of Machina it has two apps, and one line of middleware."""

import os

import dj_database_url

from machina_site import secret_key
from machina_site.embedded import Postgres
from machina_site.paths import VAR

DEBUG = os.environ.get("DEBUG", "1") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key.read_or_make(VAR / "shop_secret_key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS = [
    "examples.button_shop.apps.ButtonShopConfig",
    "bandits",
    "experiments",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bandits.web.middleware.BanditsMiddleware",
]
ROOT_URLCONF = "examples.button_shop.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
# The database that Machina uses too: its console shows what the shop tries out, its worker learns.
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL") or Postgres(VAR).url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "static/"
