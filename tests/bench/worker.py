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
from void_studio.worker.blobs import BlobStore
from void_studio.worker.client import GrpcRunner

__all__ = ["figures"]

COMMAND = "python -m tests.bench worker"
_MIB = 1 << 20
_BLOBS, _BLOB_BYTES = 85, 800_000
_ROUNDS = 3
_TRANSFERS = 10
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
    """The same blobs through the worker and through a bare stream, in turns; the best of each.

    Both send one blob a message. The worker verifies and stores what it takes, the client
    verifies what it gets; the bare server keeps the blobs in memory. Nobody's turn is the first.
    """
    random = np.random.default_rng(1)
    rates: dict[str, list[float]] = {}
    with WorkerProcess(root / "transfers") as worker, worker.runner() as runner, _bare() as bare:
        for turn in range(_TRANSFERS + 1):
            blobs = [random.bytes(_BLOB_BYTES) for _ in range(_BLOBS)]
            named = {digest_bytes(blob): blob for blob in blobs}
            calls: dict[str, Callable[[], object]] = {
                "upload, bare stream": partial(bare.send, blobs),
                "upload": partial(runner.put_many, named),
                "download, bare stream": bare.receive,
                "download": partial(_drain, runner, list(named)),
            }
            for name, call in calls.items():
                rates.setdefault(name, []).extend([_rate(call)] if turn else [])
    yield from _parts_of_a_transfer(root, blobs)
    best = {name: max(measured) for name, measured in rates.items()}
    for name, rate in best.items():
        yield Figure(f"worker: {name}", round(rate), "MB/s", "", True, COMMAND)
    for name in ("upload", "download"):
        ratio = best[name] / best[f"{name}, bare stream"]
        label = f"worker: {name} over a bare stream of the same bytes"
        yield Figure(label, round(ratio, 2), "x", ">= 0.8", ratio >= 0.8, COMMAND)


def _parts_of_a_transfer(root: Path, blobs: Sequence[bytes]) -> Iterator[Figure]:
    """What a worker does with blobs beside moving them, on one core."""
    digests = [digest_bytes(blob) for blob in blobs]

    def store(turn: int) -> None:
        folder = BlobStore(root / f"store{turn}")
        for digest, blob in zip(digests, blobs, strict=True):
            folder.put_chunks(digest, len(blob), [blob])

    def read() -> None:
        folder = BlobStore(root / "store0")
        for digest in digests:
            with folder.open(digest) as (file, _):
                while file.read(_MIB):
                    pass

    parts: dict[str, Callable[[int], object]] = {
        "digest": lambda _: [digest_bytes(blob) for blob in blobs],
        "digest and store": store,
        "read from the store": lambda _: read(),
    }
    for name, part in parts.items():
        rate = max(_rate(partial(part, turn)) for turn in range(_ROUNDS))
        label = f"worker: a transfer's part: {name}"
        yield Figure(label, round(rate), "MB/s", "", True, COMMAND)


def _drain(runner: GrpcRunner, digests: Sequence[str]) -> None:
    for _ in runner.get_many(digests):
        pass


def _rate(transfer: Callable[[], object]) -> float:
    began = time.perf_counter()
    transfer()
    return _BLOBS * _BLOB_BYTES / 1e6 / (time.perf_counter() - began)


class _Bare:
    """A bare grpcio stream of bytes, one server process, no protobuf."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._up = channel.stream_unary("/bare/Up")
        self._down = channel.unary_stream("/bare/Down")

    def send(self, blobs: Sequence[bytes]) -> None:
        """Each blob as a message."""
        self._up(iter(blobs))

    def receive(self) -> None:
        """The bytes that were sent last."""
        for _ in self._down(b""):
            pass


@contextmanager
def _bare() -> Iterator[_Bare]:
    code = "from tests.bench.worker import serve_bare; serve_bare()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            with grpc.insecure_channel(process.stdout.readline().strip()) as channel:
                yield _Bare(channel)
        finally:
            process.kill()


def serve_bare() -> None:
    """The bare server: takes messages, keeps those of the last call, and gives them back."""
    kept: list[bytes] = []

    def up(parts: Iterator[bytes], _: grpc.ServicerContext) -> bytes:
        kept[:] = parts
        return b""

    def down(_: bytes, __: grpc.ServicerContext) -> Iterator[bytes]:
        yield from kept

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
    runner.put_many(dict(zip(digests, blobs, strict=True)))
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
