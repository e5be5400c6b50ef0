"""The worker's link, start and spread: against bare gRPC, against one worker, over many jobs."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import grpc
import numpy as np
import psutil

from tests.bench.figure import Figure
from tests.worker_parts import Sent, WorkerProcess, run_to_end, states, submit
from void_studio.core import digest_bytes
from void_studio.jobs import JobSpec, JobState
from void_studio.media import CanvasClip
from void_studio.worker.client import GrpcRunner

__all__ = ["figures"]

COMMAND = "python -m tests.bench worker"
_MIB = 1 << 20
_BLOBS, _BLOB_BYTES = 85, 800_000
_ROUNDS = 3
_IN_FLIGHT = 6
_SHOTS, _SHOT_FRAMES, _TURNS = 8, 16, 2
_JOBS, _WARM = 1000, 200
_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of one's own is made in it
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "RAYON_NUM_THREADS": "1",
}


def figures() -> Iterator[Figure]:
    """Transfers, a job's start, two workers against one, memory over many jobs.

    State lies in memory where it can, so that the link is measured and not the disk.
    """
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        root = Path(folder)
        yield from _transfers(root)
        yield from _canvas_job(root)
        yield from _first_event(root)
        yield from _spread(root)
        yield from _memory(root)


def _transfers(root: Path) -> Iterator[Figure]:
    """The same bytes through the worker and through a bare stream, in turns; the best of each."""
    random = np.random.default_rng(1)
    up: list[float] = []
    down: list[float] = []
    bare_up: list[float] = []
    bare_down: list[float] = []
    with WorkerProcess(root / "transfers") as worker, worker.runner() as runner, _bare() as bare:
        for _ in range(_ROUNDS):
            blobs = [random.bytes(_BLOB_BYTES) for _ in range(_BLOBS)]
            digests = [digest_bytes(blob) for blob in blobs]
            bare_up.append(_rate(bare.send, blobs))
            up.append(_rate(_many, runner.put, blobs))
            bare_down.append(_rate(bare.receive))
            down.append(_rate(_many, runner.get, digests))
    for name, ours, theirs in (("upload", up, bare_up), ("download", down, bare_down)):
        ratio = max(ours) / max(theirs)
        for what, rate in (("", max(ours)), (", bare stream", max(theirs))):
            yield Figure(f"worker: {name}{what}", round(rate), "MB/s", "", True, COMMAND)
        label = f"worker: {name} over a bare stream of the same bytes"
        yield Figure(label, round(ratio, 2), "x", ">= 0.8", ratio >= 0.8, COMMAND)


def _rate(transfer: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    transfer(*given)
    return _BLOBS * _BLOB_BYTES / 1e6 / (time.perf_counter() - began)


def _many(call: Callable[..., object], items: Sequence[object]) -> None:
    with futures.ThreadPoolExecutor(_IN_FLIGHT) as pool:
        list(pool.map(call, items))


class _Bare:
    """A bare grpcio stream of bytes in one-MiB messages, one server process, no protobuf."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._up = channel.stream_unary("/bare/Up")
        self._down = channel.unary_stream("/bare/Down")

    def send(self, blobs: Sequence[bytes]) -> None:
        """All bytes, in messages of at most 1 MiB."""
        whole = b"".join(blobs)
        self._up(whole[at : at + _MIB] for at in range(0, len(whole), _MIB))

    def receive(self) -> None:
        """As many bytes as were sent."""
        for _ in self._down(b""):
            pass


@contextmanager
def _bare() -> Iterator[_Bare]:
    code = "from tests.bench.worker import serve_bare; serve_bare()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        with grpc.insecure_channel(process.stdout.readline().strip()) as channel:
            yield _Bare(channel)
        process.kill()


def serve_bare() -> None:
    """The bare server: takes bytes, keeps the last, and gives as many back."""

    def up(parts: Iterator[bytes], _: grpc.ServicerContext) -> bytes:
        for _part in parts:
            pass
        return b""

    def down(_: bytes, __: grpc.ServicerContext) -> Iterator[bytes]:
        part, left = bytes(_MIB), _BLOBS * _BLOB_BYTES
        while left > 0:
            yield part[: min(left, _MIB)]
            left -= _MIB

    server = grpc.server(futures.ThreadPoolExecutor(4))
    handlers = {
        "Up": grpc.stream_unary_rpc_method_handler(up),
        "Down": grpc.unary_stream_rpc_method_handler(down),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("bare", handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


def _canvas_job(root: Path) -> Iterator[Figure]:
    """A job of 85 frames at VOID's canvas: packed blobs to a submitted job, less the bare time."""
    random = np.random.default_rng(2)
    frames = [random.integers(0, 255, (384, 672, 3), np.uint8) for _ in range(_BLOBS)]
    mattes = [np.full((384, 672), 255, np.uint8) for _ in range(_BLOBS)]
    for matte in mattes:
        matte[100:200, 100:200] = 0
    clip = CanvasClip.from_arrays(frames, mattes)
    digests = sorted(clip.manifest.digests)
    blobs = [clip._fetch(digest) for digest in digests]
    size = sum(map(len, blobs))
    spec = JobSpec.of("invert", {}, clip.manifest.digest)
    extras = []
    with _bare() as bare:
        for turn in range(_ROUNDS):
            with WorkerProcess(root / f"canvas{turn}") as worker, worker.runner() as runner:
                runner.capabilities()
                began = time.perf_counter()
                bare.send(blobs)
                needed_s = time.perf_counter() - began
                began = time.perf_counter()
                _send_job(runner, digests, blobs, clip, spec)
                extras.append(time.perf_counter() - began - needed_s)
    extra = min(extras)
    label = f"worker: 85-frame canvas job, {size / 1e6:.0f} MB, beyond the time of its bytes"
    yield Figure(label, round(extra, 3), "s", "<= 0.2", extra <= 0.2, COMMAND)


def _send_job(
    runner: GrpcRunner,
    digests: Sequence[str],
    blobs: Sequence[bytes],
    clip: CanvasClip,
    spec: JobSpec,
) -> None:
    missing = runner.missing(digests)
    _many(
        runner.put, [blob for digest, blob in zip(digests, blobs, strict=True) if digest in missing]
    )
    runner.put(clip.manifest.encode())
    submit(runner, spec)


def _first_event(root: Path) -> Iterator[Figure]:
    with WorkerProcess(root / "events") as worker, worker.runner() as runner:
        sent = Sent(runner, count=2)
        seconds = []
        for number in range(20):
            began = time.perf_counter()
            job_id = submit(runner, sent.spec(gain=(number + 1) / 20))
            next(iter(runner.events(job_id)))
            seconds.append(time.perf_counter() - began)
            run_to_end(runner, job_id)
    value = 1000 * median(seconds)
    label = "worker: submit to first event, loopback, median of 20"
    yield Figure(label, round(value, 1), "ms", "<= 50", value <= 50, COMMAND)


def _spread(root: Path) -> Iterator[Figure]:
    """Eight draft shots on one worker and on two, in turns, the best of each; one thread each."""
    threads = _threads()
    label = "worker: threads of OpenCV in a worker of one thread"
    yield Figure(label, threads, "", "1", threads == 1, COMMAND)
    yield from _gain("local", partial(_local_s, root))
    if find_spec("ray") is not None:
        yield from _gain("ray", partial(_ray_s, root))


def _gain(name: str, seconds: Callable[[int, int], float]) -> Iterator[Figure]:
    turns = [(seconds(1, turn), seconds(2, turn)) for turn in range(_TURNS)]
    one, two = (min(times) for times in zip(*turns, strict=True))
    label = f"worker: {_SHOTS} draft shots, {name}, 1 worker of 1 thread"
    yield Figure(label, round(one, 2), "s", "", True, COMMAND)
    label = f"worker: {_SHOTS} draft shots, {name}, 2 workers of 1 thread over 1"
    yield Figure(label, round(one / two, 2), "x", ">= 1.6", one / two >= 1.6, COMMAND)


def _local_s(root: Path, count: int, turn: int) -> float:
    with ExitStack() as stack:
        workers = [
            stack.enter_context(WorkerProcess(root / f"local{count}{n}{turn}", env=_ONE_THREAD))
            for n in range(count)
        ]
        return _eight([stack.enter_context(worker.runner()) for worker in workers])


def _ray_s(root: Path, count: int, turn: int) -> float:
    words = ("--executor", "ray", "--slots", str(count))
    state = root / f"ray{count}{turn}"
    with WorkerProcess(state, *words, env=_ONE_THREAD) as worker, worker.runner() as runner:
        return _eight([runner])


def _threads() -> int:
    code = "import cv2; print(cv2.getNumThreads())"
    env = {**os.environ, **_ONE_THREAD}
    return int(
        subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, check=True
        ).stdout
    )


def _eight(runners: Sequence[GrpcRunner]) -> float:
    """Seconds for eight shots, dealt out in turn, after one each that starts the processes."""
    count = max(2, len(runners))
    for runner in runners:
        warm = [_draft(runner, 100 + n, 3) for n in range(count)]
        assert all(states(run_to_end(runner, job))[-1] is JobState.SUCCEEDED for job in warm)
    clips = [
        (runners[n % len(runners)], _clip(runners[n % len(runners)], n, _SHOT_FRAMES))
        for n in range(_SHOTS)
    ]
    began = time.perf_counter()
    jobs = [(runner, submit(runner, JobSpec.of("draft", {}, clip))) for runner, clip in clips]
    for runner, job_id in jobs:
        assert states(run_to_end(runner, job_id))[-1] is JobState.SUCCEEDED
    return time.perf_counter() - began


def _draft(runner: GrpcRunner, seed: int, count: int) -> str:
    return submit(runner, JobSpec.of("draft", {}, _clip(runner, seed, count)))


def _clip(runner: GrpcRunner, seed: int, count: int) -> str:
    """A shot of a moving camera over noise that is smooth enough to be followed."""
    import cv2

    random = np.random.default_rng(seed)
    world = cv2.GaussianBlur(random.integers(0, 255, (300, 560, 3), np.uint8), (0, 0), 2)
    frames, mattes = [], []
    for index in range(count):
        frames.append(np.ascontiguousarray(world[:270, 2 * index : 2 * index + 480]))
        matte = np.full((270, 480), 255, np.uint8)
        matte[90:180, 180:280] = 0
        mattes.append(matte)
    clip = CanvasClip.from_arrays(frames, mattes)
    for digest in runner.missing(sorted(clip.manifest.digests)):
        runner.put(clip._fetch(digest))
    return runner.put(clip.manifest.encode())


def _memory(root: Path) -> Iterator[Figure]:
    """The front's memory after 1,000 jobs, over that after the first 200."""
    count = int(os.environ.get("BENCH_JOBS", str(_JOBS)))
    with WorkerProcess(root / "memory") as worker, worker.runner() as runner:
        front = psutil.Process(worker.process.pid)
        sent = Sent(runner, count=1)
        at_first = 0
        for number in range(count):
            job_id = submit(runner, sent.spec(gain=2 * number / count))
            run_to_end(runner, job_id)
            if number == min(_WARM, count // 2):
                at_first = front.memory_info().rss
        grown = (front.memory_info().rss - at_first) / 1e6
    label = f"worker: the front's memory, grown from job {_WARM} to {count}"
    yield Figure(label, round(grown, 1), "MB", "<= 8", grown <= 8, COMMAND)


if __name__ == "__main__":
    for figure in figures():
        print(figure.line(), flush=True)
