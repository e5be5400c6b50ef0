"""Whether a folder is on a network volume, where SQLite's shared memory does not work."""

from __future__ import annotations

from pathlib import Path, PurePath

__all__ = ["is_network_volume"]

_NETWORK = ("nfs", "cifs", "smb", "afp", "9p", "ncpfs", "webdav", "davfs", "ceph", "glusterfs")
_FUSE = ("sshfs", "s3fs", "rclone", "gcsfuse", "dav", "smb", "nfs", "gluster", "ceph")


def is_network_volume(path: Path) -> bool:
    """Whether `path` lies on one, as far as the system tells; unknown kinds count as local."""
    import psutil

    resolved = path.resolve()
    if str(resolved).startswith("\\\\"):
        return True
    mounts = {part.mountpoint: part.fstype.lower() for part in psutil.disk_partitions(all=True)}
    kinds = (mounts[str(place)] for place in _upwards(resolved) if str(place) in mounts)
    return _is_network(next(kinds, ""))


def _upwards(path: PurePath) -> tuple[PurePath, ...]:
    return (path, *path.parents)


def _is_network(kind: str) -> bool:
    if kind.startswith("fuse."):
        return any(name in kind for name in _FUSE)
    return kind.startswith(_NETWORK)
