"""Any service that speaks OpenAI's chat completions, local ones too."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from affected_by_vlm.asked import SCHEMA, sending_of
from affected_by_vlm.asking import answered
from affected_by_vlm.wire import (
    MALFORMED,
    TooMuch,
    check_base_url,
    declined,
    guarded_client,
    within,
)
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

__all__ = ["ChatReasoner"]

_SERVICE = "https://api.openai.com/v1"
_MOST_TOKENS = 8192
_NO_KEY = "none"
_KEY_HINT = 'set OPENAI_API_KEY, or keep it: keyring set "void-studio reasoner" openai'
_INFO = ReasonerInfo(
    "openai", "OpenAI-compatible endpoint", "gpt-4.1", ("OPENAI_API_KEY",), sends=True
)


class ChatReasoner:
    """Asks OpenAI or, with a base URL, any service that speaks its protocol."""

    def info(self) -> ReasonerInfo:
        """What it is."""
        return _INFO

    def sending(self, question: Question) -> Sending:
        """What `ask` sends."""
        return sending_of(question)

    def ask(
        self, question: Question, options: ReasonerOptions, *, cancelled: Callable[[], bool]
    ) -> Answer:
        """The answer; see `Reasoner.ask`. Only OpenAI itself needs a key."""
        service = check_base_url(options.base_url or _SERVICE, key=options.key)
        if not options.key and service == _SERVICE:
            raise NotPresent("OpenAI needs a key", hint=_KEY_HINT)
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
        import openai
    except ImportError as error:
        raise NotPresent(
            f"the openai library is not installed ({error})", hint='pip install "void-studio[vlm]"'
        ) from error
    with guarded_client(options.timeout_s) as http:
        client = openai.OpenAI(
            api_key=options.key or _NO_KEY, base_url=service, max_retries=0, http_client=http
        )
        try:
            completion = client.chat.completions.create(**_request(sending, model, service))
            return _said(completion)
        except openai.APIStatusError as error:
            raise declined(
                error.status_code, error.message, key=options.key, where=service
            ) from None
        except openai.APITimeoutError as error:
            raise JobFailed("the service is too slow", where=service, hint="--timeout") from error
        except openai.APIConnectionError as error:
            if isinstance(error.__cause__, TooMuch):
                raise error.__cause__ from error
            raise JobFailed(f"can not be reached ({error.__cause__})", where=service) from error
        except (openai.OpenAIError, *MALFORMED) as error:
            raise BadInput("the service did not answer as OpenAI does", where=service) from error


def _request(sending: Sending, model: str, service: str) -> dict[str, Any]:
    """OpenAI's newer models know only the newer name of the limit, other services the older one."""
    limit = "max_completion_tokens" if service == _SERVICE else "max_tokens"
    content: list[dict[str, Any]] = [{"type": "text", "text": sending.text}]
    for picture in sending.pictures:
        url = f"data:image/jpeg;base64,{base64.b64encode(picture.jpeg).decode()}"
        content.append({"type": "image_url", "image_url": {"url": url}})
    return {
        "model": model,
        "messages": [{"role": "user", "content": content}],
        limit: _MOST_TOKENS,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "affected", "schema": SCHEMA, "strict": True},
        },
    }


def _said(completion: Any) -> str:
    if isinstance(completion, str) or not completion.choices:
        raise BadInput("the service did not answer as OpenAI does")
    text = completion.choices[0].message.content
    if not isinstance(text, str) or not text:
        raise BadInput("the service answered without text")
    return text
