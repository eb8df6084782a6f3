"""Django before its own development server, with its own limit of bodies."""
import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from receiving import take

settings.configure(
    SECRET_KEY="x", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, DEBUG=False,
    DATA_UPLOAD_MAX_MEMORY_SIZE=int(os.environ["LARGEST_BODY"]),
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"])


@csrf_exempt
def receive(request):
    return HttpResponse(status=take({name.lower(): value for name, value in request.headers.items()}, request.body))


urlpatterns = [path("", receive)]

if __name__ == "__main__":
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", f"127.0.0.1:{os.environ['PORT']}"])
