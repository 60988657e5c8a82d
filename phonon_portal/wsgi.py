import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phonon_portal.settings")

application = get_wsgi_application()
# What is loaded by now stays, the pages too: to look through it for garbage would hold up a page
# for some 50 ms each time.
_ = get_resolver().url_patterns
gc.freeze()
