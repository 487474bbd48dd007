"""The smallest Django that django-post-office runs in."""

import json
import os
from urllib.parse import urlsplit

import pymysql

pymysql.install_as_MySQLdb()
database = urlsplit(os.environ["BENCH_DATABASE_URL"])

SECRET_KEY = "a benchmark signs nothing"  # noqa: S105
INSTALLED_APPS = ["django.contrib.contenttypes", "post_office"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.mysql",
        "HOST": database.hostname,
        "PORT": database.port,
        "USER": database.username,
        "NAME": database.path.strip("/"),
        "OPTIONS": {"charset": "utf8mb4", "ssl_disabled": True},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["BENCH_SMTP_PORT"])
POST_OFFICE = json.loads(os.environ["BENCH_POST_OFFICE"])
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
