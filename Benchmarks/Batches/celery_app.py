# SPDX-License-Identifier: Apache-2.0
"""The tasks of the Celery peer."""
import os

from celery import Celery

import work

URL = f"redis://127.0.0.1:{os.environ['CELERY_REDIS']}/0"
app = Celery("peer", broker=URL, backend=URL)
double = app.task(work.double, name="double")
spin = app.task(work.spin, name="spin")
