"""Where checkpoints and artifacts of runs lie: a folder, or an S3 bucket by RUNS_BUCKET."""

from collections.abc import Mapping
from pathlib import Path

from machina_site.env import env_str


def runs_storage(folder: Path) -> Mapping[str, object]:
    """Django's description of the storage. Nothing of AWS is imported unless there is a bucket."""
    bucket = env_str("RUNS_BUCKET", "")
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    prefix = env_str("RUNS_PREFIX", "runs").strip("/")
    # The same path is the same content, so writing over it is harmless; nothing in the bucket is public.
    options = {"bucket_name": bucket, "location": prefix, "file_overwrite": True, "default_acl": None}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
