"""The worker: gRPC front, children, blob store, job loop; and the client for it."""
