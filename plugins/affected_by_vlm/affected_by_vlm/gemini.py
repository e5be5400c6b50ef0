"""Gemini, by Google's own library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from affected_by_vlm.asked import SCHEMA, sending_of
from affected_by_vlm.asking import answered
from affected_by_vlm.wire import MALFORMED, check_base_url, declined, guarded_client, within
from void_studio.api import (
    Answer,
    BadInput,
    JobFailed,
    NotPresent,
    Question,
    ReasonerInfo,
    ReasonerOptions,
    Sending,
)

__all__ = ["GeminiReasoner"]

_SERVICE = "https://generativelanguage.googleapis.com/"
_MOST_TOKENS = 8192
_KEY_HINT = 'set GEMINI_API_KEY, or keep it: keyring set "void-studio reasoner" gemini'
_INFO = ReasonerInfo(
    "gemini", "Google Gemini", "gemini-2.5-pro", ("GEMINI_API_KEY", "GOOGLE_API_KEY"), sends=True
)


class GeminiReasoner:
    """Asks Google's Gemini; needs a key."""

    def info(self) -> ReasonerInfo:
        """What it is."""
        return _INFO

    def sending(self, question: Question) -> Sending:
        """What `ask` sends."""
        return sending_of(question)

    def ask(
        self, question: Question, options: ReasonerOptions, *, cancelled: Callable[[], bool]
    ) -> Answer:
        """The answer; see `Reasoner.ask`."""
        service = check_base_url(options.base_url or _SERVICE, key=options.key)
        if not options.key:
            raise NotPresent("Gemini needs a key", hint=_KEY_HINT)
        model = options.model or _INFO.model
        sending = self.sending(question)

        def ask() -> str:
            return within(
                lambda: _text(sending, model, service, options),
                options.timeout_s,
                cancelled=cancelled,
            )

        return answered(
            ask,
            question,
            sending,
            model=model,
            service=service,
            cache=options.cache,
            cancelled=cancelled,
        )


def _text(sending: Sending, model: str, service: str, options: ReasonerOptions) -> str:
    try:
        import httpx2
        from google import genai
        from google.genai import errors, types
    except ImportError as error:
        raise NotPresent(
            f"Google's library is not installed ({error})", hint='pip install "void-studio[vlm]"'
        ) from error
    with guarded_client(options.timeout_s) as http:
        client = genai.Client(
            vertexai=False,
            api_key=options.key,
            http_options=types.HttpOptions(
                base_url=service,
                timeout=round(options.timeout_s * 1000),
                httpx_client=http,
                retry_options=types.HttpRetryOptions(attempts=1),
            ),
        )
        try:
            response = client.models.generate_content(
                model=model, contents=_contents(sending, types), config=_config(types)
            )
            return _said(response)
        except errors.APIError as error:
            raise declined(error.code, error.message, key=options.key, where=service) from None
        except errors.UnknownApiResponseError as error:
            raise BadInput("the service did not answer as Gemini does", where=service) from error
        except httpx2.TimeoutException as error:
            raise JobFailed("the service is too slow", where=service, hint="--timeout") from error
        except httpx2.HTTPError as error:
            raise JobFailed(f"can not be reached ({error})", where=service) from error
        except MALFORMED as error:
            raise BadInput("the service did not answer as Gemini does", where=service) from error


def _contents(sending: Sending, types: Any) -> list[Any]:
    parts = [types.Part.from_text(text=sending.text)]
    parts += [
        types.Part.from_bytes(data=picture.jpeg, mime_type="image/jpeg")
        for picture in sending.pictures
    ]
    return [types.Content(role="user", parts=parts)]


def _config(types: Any) -> Any:
    return types.GenerateContentConfig(
        temperature=0.0,
        max_output_tokens=_MOST_TOKENS,
        response_mime_type="application/json",
        response_json_schema=SCHEMA,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


def _said(response: Any) -> str:
    text = response.text
    if not isinstance(text, str) or not text:
        raise BadInput("the service answered without text")
    return text
