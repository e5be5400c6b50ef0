"""The VOID engine on a tiny model: that every plan and tier runs, and what they cost here."""

from tests.bench.void_bench import small_figures as figures

__all__ = ["figures"]
