"""Opening movies with FFmpeg: only movie containers, only local files, quiet, one kind of error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.core import BadInput, NotPresent

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

__all__ = ["codec_name", "open_container", "video_stream"]

_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mxf,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,obu,ivf,"
    "nut,ogg,flv,asf,dv,gxf,dnxhd,yuv4mpegpipe"
)
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}


def open_container(path: Path) -> InputContainer:
    """Open a movie for reading.

    Playlists, stills and text, which FFmpeg would open too, are refused: the first may point at
    other files. Raises NotPresent when there is no such file, BadInput when it is not a movie.
    """
    import av

    if not path.exists():
        raise NotPresent("no such file", where=path, hint="check the path")
    if not path.is_file():
        raise BadInput("not a file", where=path)
    try:
        if path.stat().st_size == 0:
            raise BadInput("the file is empty", where=path, hint="copy or export it again")
        av.logging.set_level(av.logging.PANIC)
        return av.open(f"file:{path}", "r", options=_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, OSError) as error:
        raise BadInput(
            f"can not be opened as a movie ({error.strerror or error})",
            where=path,
            hint="it is truncated or of another kind; copy or export it again",
        ) from error


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The picture stream: the first that is not a cover image. Raises BadInput without one."""
    from av.stream import Disposition

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            if stream.codec_context is None:
                raise BadInput("its codec is unknown", where=path, hint="convert it to ProRes")
            return stream
    raise BadInput("there is no picture stream in it", where=path, hint="choose a movie")


def codec_name(stream: VideoStream) -> str:
    """FFmpeg's name of the codec, `av1` whatever the decoder is called."""
    return stream.codec_context.codec.canonical_name
