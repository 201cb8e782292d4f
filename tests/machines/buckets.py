"""A peer that speaks S3, with an empty bucket in it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

BUCKET, KEY, SECRET = "refprogram-files", "key-of-tests", "secret-of-tests"


@contextmanager
def bucket(host: str = "127.0.0.1") -> Iterator[dict[str, str]]:
    """The options with which a storage reaches it, until the end of the block."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address=host, port=0, verbose=False)
    server.start()
    try:
        _host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        ).create_bucket(Bucket=BUCKET)
        yield {
            "bucket_name": BUCKET,
            "endpoint_url": endpoint,
            "region_name": "us-east-1",
            "access_key": KEY,
            "secret_key": SECRET,
        }
    finally:
        server.stop()
