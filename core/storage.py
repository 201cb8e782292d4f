"""Uploaded files and results in S3-compatible storage, shared by all machines. Imported only where it is configured."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.utils.crypto import get_random_string
from storages.backends.s3 import S3Storage

# Held in memory while it is read; what is larger goes through a temporary file.
IN_MEMORY = 5 << 20


class ObjectStorage(S3Storage):  # type: ignore[misc]
    """A bucket that nobody reads but the program: files leave it through our own views alone.

    Every trouble of the service is an OSError, as that of a disk is.
    """

    def __init__(self, **options: Any) -> None:
        style = {"addressing_style": "path" if options.get("endpoint_url") else "auto"}
        # Newer checksums, sent unasked, are refused by many services that speak S3 otherwise.
        client = Config(
            s3=style,
            signature_version="s3v4",
            connect_timeout=3,
            read_timeout=30,
            retries={"mode": "standard", "max_attempts": 3},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(file_overwrite=False, max_memory_size=IN_MEMORY, client_config=client, **options)

    def generate_filename(self, filename: str) -> str:
        """A folder of its own for each new file: two machines cannot choose the same name, so none is overwritten."""
        folder, slash, name = super().generate_filename(filename).rpartition("/")
        return f"{folder}{slash}{get_random_string(12)}/{name}"

    def _open(self, name: str, mode: str = "rb") -> File:
        with _as_of_a_disk():
            opened: File = super()._open(name, mode)
            if "r" in mode:
                # Fetched now, so that no trouble comes in the middle of reading.
                opened.open()
            return opened

    def _save(self, name: str, content: File) -> str:
        with _as_of_a_disk():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _as_of_a_disk():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _as_of_a_disk():
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_of_a_disk():
            folders, files = super().listdir(name)
            return folders, files


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as trouble:
        if isinstance(trouble, ClientError) and trouble.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(str(trouble)) from trouble
        raise OSError(f"The storage of files: {trouble}") from trouble
