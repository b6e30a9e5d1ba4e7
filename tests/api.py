"""A caller of the API: JSON in, JSON out, with a bearer token."""

import json
from typing import Any

from django.test import Client


class Api:
    """Calls /api/v1/ with one token; `secret` None calls without."""

    def __init__(self, secret: str | None) -> None:
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content: dict[str, Any] = {} if body is None else {"data": as_bytes(body)}
        if body is not None:
            content["content_type"] = "application/json"
        url = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        return self.client.generic(method, url, **content, headers={**self.headers, **named})

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)


def as_bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
