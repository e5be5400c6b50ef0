"""WorkerService: what this worker is and can do now."""

from __future__ import annotations

import grpc

from void_studio import __version__
from void_studio.jobs import JobStore
from void_studio.worker.gpus import Gpus
from void_studio.worker.probe import Facts, cpu_device
from void_studio.worker.proto.void_studio.v1 import worker_pb2, worker_pb2_grpc
from void_studio.worker.protocol_version import PROTOCOL
from void_studio.worker.rates import Rates
from void_studio.worker.tokens import TokenCounter
from void_studio.worker.wire_engines import engine_message, rate_message

__all__ = ["WorkerService"]


class WorkerService(worker_pb2_grpc.WorkerServiceServicer):
    """Serves the facts that the probe found, with queue and GPU memory as they stand.

    Where the driver has no program to ask, GPUs are those that the probe saw at the start.
    """

    def __init__(
        self,
        worker_id: str,
        build: str,
        facts: Facts,
        jobs: JobStore,
        rates: Rates,
        tokens: TokenCounter,
    ) -> None:
        self._tokens = tokens
        self._worker_id = worker_id
        self._build = build
        self._facts = facts
        self._jobs = jobs
        self._rates = rates
        self._gpus = Gpus()

    def GetCapabilities(  # noqa: N802  named by the protocol
        self, request: worker_pb2.GetCapabilitiesRequest, context: grpc.ServicerContext
    ) -> worker_pb2.Capabilities:
        """Engines, segmenters, devices, queue."""
        queued, running = self._jobs.counts()
        devices = (cpu_device(), *(self._gpus.all() or self._facts.gpus))
        return worker_pb2.Capabilities(
            worker_id=self._worker_id,
            build=self._build,
            engines=[engine_message(engine) for engine in self._facts.engines],
            segmenters=self._facts.segmenters,
            devices=[
                worker_pb2.Device(
                    id=device.id,
                    name=device.name,
                    memory_bytes=device.memory_bytes,
                    free_bytes=device.free_bytes,
                )
                for device in devices
            ],
            queued=queued,
            running=running,
            version=__version__,
            switched_off=self._facts.switched_off,
            protocol=PROTOCOL,
            rates=[rate_message(rate) for rate in self._rates.all()],
        )

    def CountTokens(  # noqa: N802  named by the protocol
        self, request: worker_pb2.CountTokensRequest, context: grpc.ServicerContext
    ) -> worker_pb2.TokenCounts:
        """Tokens of texts, where there is a tokenizer."""
        return worker_pb2.TokenCounts(counts=self._tokens.counts(request.texts))
