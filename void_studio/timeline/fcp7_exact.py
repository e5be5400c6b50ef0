"""FCP7 XML by OTIO's reader, with nested sequences and speeds. Runs in the converting process.

WORKAROUND https://github.com/OpenTimelineIO/otio-fcp-adapter: release 1.0.0 reads a nested sequence
as an empty stack and a speed change as an effect that nobody knows.
"""

from __future__ import annotations

from typing import Any

__all__ = ["read_fcp7"]

_STRAIGHT = {"speed": ("100", "100.0"), "reverse": ("FALSE", ""), "variablespeed": ("0", "")}


def read_fcp7(text: str) -> Any:
    """The cut in FCP7 XML; a collection where there are several, None where there is none."""
    from opentimelineio import adapters, schema

    module = adapters.from_name("fcp_xml").module()
    reader = type("WholeReader", (module.FCP7XMLParser,), _methods(vars(module.FCP7XMLParser)))
    sequences = reader(module.cElementTree.fromstring(text)).top_level_sequences()
    if len(sequences) > 1:
        return schema.SerializableCollection(name="Sequences", children=sequences)
    return sequences[0] if sequences else None


def _methods(base: Any) -> dict[str, Any]:
    def stack_for_element(self: Any, element: Any, context: Any) -> Any:
        media = self._derefed_element(element.find("./media"))
        if element.tag != "sequence" or media is None:
            return base["stack_for_element"](self, element, context)
        inner = context.context_pushing_element(element)
        stack = base["stack_for_element"](self, media, inner)
        stack.name = element.findtext("./name", "")
        return stack

    def effect_from_filter_element(self: Any, element: Any) -> Any:
        from opentimelineio.schema import TimeEffect

        effect = base["effect_from_filter_element"](self, element)
        if not _changes_speed(element.find("./effect")):
            return effect
        return TimeEffect(effect.name, "Time Remap", effect.metadata)

    return {each.__name__: each for each in (stack_for_element, effect_from_filter_element)}


def _changes_speed(effect: Any) -> bool:
    if effect.findtext("./effectid", "").strip().lower() != "timeremap":
        return False
    values = {
        parameter.findtext("./parameterid", "").strip(): parameter.findtext("./value", "").strip()
        for parameter in effect.findall("./parameter")
    }
    return any(values.get(name, "") not in straight for name, straight in _STRAIGHT.items())
