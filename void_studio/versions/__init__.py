"""Takes and versions: requests, atomic publish, recipe, certificate."""

from void_studio.versions.adopt import adopt_files
from void_studio.versions.certificate import (
    Certificate,
    DeliveryCheck,
    FirstDifference,
    read_certificate,
)
from void_studio.versions.certify import certify
from void_studio.versions.facts import Fingerprint, PlateFacts, fingerprint_of
from void_studio.versions.file_fact import FileFact, file_fact
from void_studio.versions.metrics import psnr, ssim
from void_studio.versions.naming import file_stem, shot_slug
from void_studio.versions.publish import StagedVersion, stage_version
from void_studio.versions.range_of_take import RangeOfTake
from void_studio.versions.recipe import (
    Delivery,
    NoSource,
    Recipe,
    RenderedBy,
    read_recipe,
)
from void_studio.versions.request import RenderRequest, ShotFacts, TimelineFacts
from void_studio.versions.support_file import SupportWriter, write_support
from void_studio.versions.take import Take, TakeState
from void_studio.versions.version import Version, list_versions, read_version

__all__ = [
    "RenderRequest",
    "TimelineFacts",
    "ShotFacts",
    "PlateFacts",
    "Fingerprint",
    "fingerprint_of",
    "RangeOfTake",
    "Take",
    "TakeState",
    "Recipe",
    "RenderedBy",
    "Delivery",
    "FileFact",
    "NoSource",
    "file_fact",
    "read_recipe",
    "Version",
    "read_version",
    "list_versions",
    "StagedVersion",
    "stage_version",
    "adopt_files",
    "shot_slug",
    "file_stem",
    "SupportWriter",
    "write_support",
    "Certificate",
    "DeliveryCheck",
    "FirstDifference",
    "read_certificate",
    "certify",
    "psnr",
    "ssim",
]
