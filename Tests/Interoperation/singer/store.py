# SPDX-License-Identifier: Apache-2.0
"""A store of S3 that checks signatures, for the time of a run: that of Tests/Interoperation/s3."""
import os
import pathlib
import subprocess
import tempfile

import botocore.session

SERVER = pathlib.Path(__file__).resolve().parents[1] / "s3/server.py"
# The distribution's Python is the one that has Swift.
SYSTEM_PYTHON = "/usr/bin/python3"
KEY, SECRET, REGION = "test:tester", "testing", "us-east-1"


def is_there():
    """Whether this machine can run the store."""
    command = [SYSTEM_PYTHON, "-c", "import swift.common.middleware.s3api"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Store:
    """The store; one process for all cases, which have a bucket each."""

    running = None

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="cartload-store-")
        with open(os.path.join(self.folder.name, "errors"), "wb") as errors:
            self.process = subprocess.Popen(
                [SYSTEM_PYTHON, SERVER, os.path.join(self.folder.name, "store")], stdout=subprocess.PIPE, stderr=errors)
        self.endpoint = self.process.stdout.readline().decode().strip()
        if not self.endpoint:
            raise RuntimeError("the store did not start")
        # A proxy of the environment has no business with loopback.
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1"
        self.client = botocore.session.get_session().create_client(
            "s3", endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET)
        self.count = 0

    @classmethod
    def started(cls):
        if cls.running is None:
            cls.running = cls()
        return cls.running

    @classmethod
    def stop(cls):
        if cls.running is not None:
            cls.running.process.terminate()
            cls.running.process.wait()
            cls.running.folder.cleanup()

    def new_bucket(self):
        self.count += 1
        name = f"bucket-{self.count}"
        self.client.create_bucket(Bucket=name)
        return name

    def keys(self, bucket):
        return sorted(one["Key"] for one in self.client.list_objects_v2(Bucket=bucket).get("Contents", []))

    def put(self, bucket, key, data):
        self.client.put_object(Bucket=bucket, Key=key, Body=data)

    @property
    def variables(self):
        """How programs find it that are not told in their settings."""
        return {
            "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint}

    @property
    def parameters(self):
        """The same as s3fs takes it."""
        return {"key": KEY, "secret": SECRET, "client_kwargs": {"endpoint_url": self.endpoint, "region_name": REGION}}
