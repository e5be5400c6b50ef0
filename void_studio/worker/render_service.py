"""RenderService: jobs submitted, watched, cancelled, forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import grpc

from void_studio.core import BadInput, NotPresent, Refused, WorkerLost
from void_studio.engine import EngineInfo, complete_params, with_canvas, workload_of
from void_studio.jobs import Job, JobSpec, JobStore
from void_studio.media import CanvasManifest
from void_studio.worker.blobs import BlobStore
from void_studio.worker.border import Places
from void_studio.worker.build import build_of
from void_studio.worker.faults import QueueFull
from void_studio.worker.limits import NAME_CHARS, QUEUED_JOBS, WATCHERS
from void_studio.worker.peers import PeerJobs, peer_of
from void_studio.worker.probe import Facts
from void_studio.worker.proto.void_studio.v1 import job_pb2, render_pb2, render_pb2_grpc
from void_studio.worker.render_loop import RenderLoops
from void_studio.worker.room import BlobRoom
from void_studio.worker.wire_jobs import event_message, job_message, spec_of

__all__ = ["RenderService"]

_LOOK_AGAIN_S = 1.0


class RenderService(render_pb2_grpc.RenderServiceServicer):
    """Serves a job store; `loops` render what is in it."""

    def __init__(
        self,
        jobs: JobStore,
        blobs: BlobStore,
        room: BlobRoom,
        loops: RenderLoops,
        facts: Facts,
        build: str,
    ) -> None:
        self._jobs = jobs
        self._blobs = blobs
        self._room = room
        self._loops = loops
        self._facts = facts
        self._build = build
        self._places = Places(WATCHERS, "watchers")
        self._peers = PeerJobs()

    def Submit(  # noqa: N802  named by the protocol
        self, request: render_pb2.SubmitRequest, context: grpc.ServicerContext
    ) -> render_pb2.SubmitResponse:
        """Queue a job, or find its equal."""
        if not 0 < len(request.request_id) <= NAME_CHARS:
            raise BadInput(f"a request id has 1 to {NAME_CHARS} characters")
        spec = spec_of(request.spec)
        manifest = self._checked(spec)
        build = build_of(self._build, self._facts.engine(spec.engine))
        peer = peer_of(context)
        self._peers.check(peer, self._jobs.unfinished())
        job, new = self._jobs.submit(request.request_id, spec, build, again=request.again)
        if not new and self._lost_result(job):
            job, _ = self._jobs.submit(request.request_id, spec, build, again=True)
        self._peers.note(peer, job.id)
        self._room.settle({spec.clip, *manifest.digests})
        return render_pb2.SubmitResponse(job_id=job.id)

    def Get(  # noqa: N802
        self, request: render_pb2.GetJobRequest, context: grpc.ServicerContext
    ) -> job_pb2.Job:
        """A job as it stands."""
        return job_message(self._jobs.job(request.job_id))

    def List(  # noqa: N802
        self, request: render_pb2.ListJobsRequest, context: grpc.ServicerContext
    ) -> Iterator[job_pb2.Job]:
        """Every job, the newest first."""
        yield from map(job_message, self._jobs.jobs())

    def Watch(  # noqa: N802
        self, request: render_pb2.WatchRequest, context: grpc.ServicerContext
    ) -> Iterator[job_pb2.JobEvent]:
        """Events after a sequence number, until the job has ended."""
        self._places.take(context)
        seq = request.since
        while context.is_active() and not self._jobs.closed:
            version = self._jobs.version
            ended = self._jobs.job(request.job_id).state.final
            events = self._jobs.events(request.job_id, seq)
            for event in events:
                yield event_message(event)
                seq = event.seq
            if not events:
                if ended:
                    return
                self._jobs.wait(version, _LOOK_AGAIN_S)
        raise WorkerLost("the worker is stopping; the job goes on when it is back")

    def Cancel(  # noqa: N802
        self, request: render_pb2.CancelRequest, context: grpc.ServicerContext
    ) -> job_pb2.Job:
        """Ask a job to stop."""
        return job_message(self._loops.cancel(request.job_id))

    def MarkFetched(  # noqa: N802
        self, request: render_pb2.MarkFetchedRequest, context: grpc.ServicerContext
    ) -> job_pb2.Job:
        """A client holds a job's result."""
        return job_message(self._jobs.mark_fetched(request.job_id))

    def Delete(  # noqa: N802
        self, request: render_pb2.DeleteJobRequest, context: grpc.ServicerContext
    ) -> render_pb2.DeleteJobResponse:
        """Forget a job that has ended, and the blobs that only it needed."""
        self._room.forget(request.job_id)
        return render_pb2.DeleteJobResponse()

    def _checked(self, spec: JobSpec) -> CanvasManifest:
        """The manifest of a spec that can be rendered."""
        info = self._facts.engine(spec.engine)
        params = complete_params(info.params, dict(spec.params))
        manifest = self._manifest(spec.clip)
        missing = self._blobs.missing(sorted(manifest.digests))
        if missing:
            raise Refused(
                f"{len(missing)} of the clip's {len(manifest.digests)} blobs are not here",
                where=spec.clip[:12],
                hint="send them, then submit again",
            )
        _check_canvas(with_canvas(info, params), manifest)
        workload_of(spec.engine, [True], manifest.extent, params)
        queued, _ = self._jobs.counts()
        if queued >= QUEUED_JOBS:
            raise QueueFull(f"{queued} jobs are queued", hint="wait until some are done")
        return manifest

    def _manifest(self, digest: str) -> CanvasManifest:
        try:
            data = self._blobs.get(digest)
        except NotPresent as error:
            raise Refused(
                "the clip's manifest is not here", where=digest[:12], hint="send it first"
            ) from error
        self._blobs.put(data, durable=True)
        return CanvasManifest.decode(data)

    def _lost_result(self, job: Job) -> bool:
        manifest = self._jobs.result(job.id)
        if manifest is None:
            return False
        kept = self._jobs.patches(job.id)
        digests = [manifest, *(entry.pixels for entry in kept)]
        digests += [entry.confidence for entry in kept if entry.confidence is not None]
        return bool(self._blobs.missing(digests))


def _check_canvas(info: EngineInfo, manifest: CanvasManifest) -> None:
    if info.canvas is not None and info.canvas != manifest.extent:
        raise BadInput(
            f"engine {info.id} works at {info.canvas}, the clip is {manifest.extent}",
            hint="fit the plate to that canvas",
        )
