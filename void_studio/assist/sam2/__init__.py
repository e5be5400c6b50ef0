"""SAM 2.1 as a segmenter; torch lives in this room of `assist`, and only here.

`Sam2Segmenter` works with transformers' `Sam2VideoModel`; `Sam2PackageSegmenter` with Meta's own
`sam2` package. Both are loaded by the worker's assist child, through the Registry.
"""
