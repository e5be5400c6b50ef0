"""Which codecs the installed FFmpeg libraries lack."""

from __future__ import annotations

from types import ModuleType

__all__ = ["missing_codecs"]

_ENCODERS = ("ffv1", "v210", "prores", "dnxhd")
_DECODERS = ("h264", "hevc", "prores", "dnxhd", "ffv1", "v210", "mjpeg")


def missing_codecs() -> tuple[str, ...]:
    """Encoders and decoders that the studio needs and that are not there; empty when all are."""
    import av

    missing = [f"{name} encoder" for name in _ENCODERS if not _has(av, name, "w")]
    return (*missing, *(f"{name} decoder" for name in _DECODERS if not _has(av, name, "r")))


def _has(av: ModuleType, name: str, mode: str) -> bool:
    try:
        av.codec.Codec(name, mode)
    except av.codec.codec.UnknownCodecError:
        return False
    return True
