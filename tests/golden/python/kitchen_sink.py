# Written by the build from crates/codegen/tests/specs/kitchen_sink.yaml; what is changed here is lost.
"""Kitchen sink: its operations and their types.

A vendor that does not exist. It has one of everything that the generator can do; the four real
vendors need a part of it. `src/tests/` sends and decodes what is described here.
"""

# pyright: reportUnusedImport=false

from collections.abc import Mapping
from types import EllipsisType
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from palabre._palabre import RetryPolicy
from palabre.vendors._operations import File, VendorOperations, as_file

__all__ = [
    "AsyncOperations",
    "Attachment",
    "Consent",
    "Count",
    "Done",
    "Filter",
    "Message",
    "MessageContent",
    "MessageEnvelope",
    "MessageId",
    "MessageIds",
    "MessageList",
    "MessagePage",
    "MessageRoute",
    "MessageRouteHopsItem",
    "MessageState",
    "NewContent",
    "NewMessage",
    "NewPlace",
    "NewText",
    "Operations",
    "PagerCall",
    "PagerCallList",
    "PagerCallMade",
    "PagerFilter",
    "Password",
    "Person",
    "PlaceContent",
    "Priority",
    "QueuedMessage",
    "SentMessage",
    "Session",
    "StoredMessage",
    "StoredMessageRoute",
    "StoredMessageRouteHopsItem",
    "TextContent",
]


class Password(TypedDict):
    password: str


class Session(TypedDict):
    token: str


MessageState: TypeAlias = Literal["queued", "sent", "on hold", "24h", "self"] | str


MessageId: TypeAlias = str


Priority: TypeAlias = Literal[1, 2] | int


class Person(TypedDict):
    name: str
    phone: NotRequired[str | None]


class TextContent(TypedDict):
    text: str
    language: NotRequired[str]


class PlaceContent(TypedDict):
    latitude: float
    longitude: float
    address: NotRequired[str]


MessageContent: TypeAlias = TextContent | PlaceContent


class MessageRouteHopsItem(TypedDict):
    host: NotRequired[str]
    delay: NotRequired[int]


class MessageRoute(TypedDict):
    gateway: NotRequired[str]
    hops: list[MessageRouteHopsItem]


class Message(TypedDict):
    id: MessageId
    number: int
    price: NotRequired[float]
    urgent: NotRequired[bool]
    state: MessageState
    priority: NotRequired[Priority]
    labels: list[str] | None
    pages: NotRequired[list[int | None]]
    sender: Person
    content: NotRequired[MessageContent]
    meta: NotRequired[dict[str, Any]]
    anything: NotRequired[Any]
    type: NotRequired[str]
    route: NotRequired[MessageRoute]


class MessagePage(TypedDict):
    messages: list[Message]
    next: NotRequired[str | None]
    more: NotRequired[bool]
    current: NotRequired[int]
    last: NotRequired[int]
    total: NotRequired[int]


class MessageList(TypedDict):
    status: str
    page: MessagePage


class NewText(TypedDict):
    text: str


class NewPlace(TypedDict):
    latitude: float
    longitude: float


NewContent: TypeAlias = NewText | NewPlace


NewMessage = TypedDict(
    "NewMessage",
    {
        "to": str,
        "from": NotRequired[str],
        "content": NewContent,
        "state": NotRequired[MessageState],
        "tags": NotRequired[list[str] | tuple[str, ...] | None],
        "meta": NotRequired[Mapping[str, Any]],
        "type": NotRequired[str],
    },
)
"""Put together from parts."""


class SentMessage(TypedDict):
    status: NotRequired[str]
    message_id: str


class QueuedMessage(TypedDict):
    status: NotRequired[str]
    queue_position: int


class MessageIds(TypedDict):
    ids: list[str] | tuple[str, ...]


class StoredMessageRouteHopsItem(TypedDict):
    host: NotRequired[str]
    delay: NotRequired[int]


class StoredMessageRoute(TypedDict):
    gateway: NotRequired[str]
    hops: list[StoredMessageRouteHopsItem]


class StoredMessage(TypedDict):
    id: MessageId
    number: int
    price: NotRequired[float]
    urgent: NotRequired[bool]
    state: MessageState
    priority: NotRequired[Priority]
    labels: list[str] | None
    pages: NotRequired[list[int | None]]
    sender: Person
    content: NotRequired[MessageContent]
    meta: NotRequired[dict[str, Any]]
    anything: NotRequired[Any]
    type: NotRequired[str]
    route: NotRequired[StoredMessageRoute]
    stored_at: str
    replies: NotRequired[list[Message]]


class MessageEnvelope(TypedDict):
    status: str
    message: StoredMessage


Attachment = TypedDict(
    "Attachment",
    {
        "file": File,
        "preview": NotRequired[File],
        "caption": NotRequired[str],
        "labels[]": list[str] | tuple[str, ...],
        "pages[]": NotRequired[list[int] | tuple[int, ...]],
        "position": NotRequired[int],
        "scale": NotRequired[float],
        "public": NotRequired[bool],
    },
)


class Done(TypedDict):
    status: NotRequired[str]


Consent = TypedDict(
    "Consent",
    {
        "agreed": bool,
        "topics[]": NotRequired[list[str] | tuple[str, ...]],
        "weight": NotRequired[float],
        "note": NotRequired[str],
    },
)


Filter = TypedDict(
    "Filter",
    {
        "from": NotRequired[str],
        "to": NotRequired[str],
    },
)


class Count(TypedDict):
    status: NotRequired[str]
    count: NotRequired[int]


PagerCall = TypedDict(
    "PagerCall",
    {
        # The pager that calls. Filled in when it is left out.
        "from": NotRequired[str],
        "text": str,
    },
)


class PagerCallMade(TypedDict):
    id: NotRequired[str]


PagerCallList: TypeAlias = list[PagerCallMade]


PagerFilter = TypedDict(
    "PagerFilter",
    {
        # Filled in when it is left out.
        "from": NotRequired[str],
        "page": NotRequired[int],
    },
)


class Operations(VendorOperations):
    """The operations of the Kitchen sink, by their names in the spec."""

    __slots__ = ()
    _vendor = "kitchen_sink"

    def open_session(
        self,
        *,
        password: str,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> Session:
        """Trade a password for a token, without credentials in headers.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            A token.
        """
        answer: Session = self._call(
            "open_session",
            {
                "password": password,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def list_messages(
        self,
        *,
        search: str | None = None,
        limit: int | None = None,
        max_price: float | None = None,
        urgent: bool | None = None,
        state: MessageState | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> MessageList:
        """List messages, with one of each kind of query parameter.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            search: Not empty.
            limit: 1 to 100. The vendor's default is 20.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            A page.
        """
        answer: MessageList = self._call(
            "list_messages",
            {
                "search": search,
                "limit": limit,
                "max-price": max_price,
                "urgent": urgent,
                "state": state,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def send_message(
        self,
        *,
        to: str,
        content: NewContent,
        Idempotency_Key: str | None = None,
        X_Trace: str | None = None,
        from_: str | None = None,
        state: MessageState | None = None,
        tags: list[str] | tuple[str, ...] | None | EllipsisType = ...,
        meta: Mapping[str, Any] | None = None,
        type: str | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> SentMessage | QueuedMessage | None:
        """Send a message, with three ways to succeed and five to fail.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            to: Not empty.
            tags: At most 2 items.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            It was sent.
            It waits.
            It was sent before, with the same key.

        Raises:
            ConflictError: 409: The key belongs to another message.
            InvalidInputError: 422: Some fields are wrong.
            PalabreError: Anything else. 4XX: It was refused.
            PalabreError: The vendor says no with a status of success; its code tells the kind.
        """
        answer: SentMessage | QueuedMessage | None = self._call(
            "send_message",
            {
                "to": to,
                "content": content,
                "Idempotency-Key": Idempotency_Key,
                "X-Trace": X_Trace,
                "from": from_,
                "state": state,
                "meta": meta,
                "type": type,
            },
            {
                "tags": tags,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def delete_messages(
        self,
        *,
        ids: list[str] | tuple[str, ...],
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        """Delete messages, by a DELETE with a body and an answer without one.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            ids: 1 to 3 items.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            They are gone.
        """
        answer: None = self._call(
            "delete_messages",
            {
                "ids": ids,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def get_message(
        self,
        *,
        message_id: str,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> MessageEnvelope:
        """Get a message; its address belongs to the path item.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            The message.
        """
        answer: MessageEnvelope = self._call(
            "get_message",
            {
                "message_id": message_id,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def pin_message(
        self,
        *,
        message_id: int,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        """Pin a message, whose number here is a number.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            It is pinned.
        """
        answer: None = self._call(
            "pin_message",
            {
                "message_id": message_id,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def attach_file(
        self,
        *,
        X_Trace: str,
        slot: int,
        message_id: str,
        file: File,
        labels: list[str] | tuple[str, ...],
        Checksum: str | None = None,
        overwrite: bool | None = None,
        preview: File | None = None,
        caption: str | None = None,
        pages: list[int] | tuple[int, ...] | None = None,
        position: int | None = None,
        scale: float | None = None,
        public: bool | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> Done:
        """Attach a file, by a form with every kind of field and every kind of parameter.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            file: At most 16 bytes. A file of type png, jpg.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            It is attached.
        """
        answer: Done = self._call(
            "attach_file",
            {
                "X-Trace": X_Trace,
                "slot": slot,
                "message_id": message_id,
                "file": as_file(file),
                "labels[]": labels,
                "Checksum": Checksum,
                "overwrite": overwrite,
                "preview": as_file(preview),
                "caption": caption,
                "pages[]": pages,
                "position": position,
                "scale": scale,
                "public": public,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def set_consent(
        self,
        *,
        contact_id: str,
        agreed: bool,
        topics: list[str] | tuple[str, ...] | None = None,
        weight: float | None = None,
        note: str | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> Done | None:
        """Record what a person agreed to, by a form, with two ways to succeed.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            It is recorded.
            It was recorded before.
        """
        answer: Done | None = self._call(
            "set_consent",
            {
                "contact_id": contact_id,
                "agreed": agreed,
                "topics[]": topics,
                "weight": weight,
                "note": note,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def count_messages(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> Count:
        """Count messages, by a GET with a body.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            from_: Matches `^[0-9]{6}$`.
            to: Matches `^[0-9]{6}$`.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            The count.

        Raises:
            PalabreError: Anything else.
        """
        answer: Count = self._call(
            "count_messages",
            {
                "from": from_,
                "to": to,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def page_person(
        self,
        *,
        text: str,
        from_: str | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> PagerCallList:
        """Page a person, at another address, with the credentials in the body.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            from_: The pager that calls. Filled in when it is left out. Matches `^[0-9]+$`.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            The calls of the day, as a bare list.
        """
        answer: PagerCallList = self._call(
            "page_person",
            {
                "text": text,
                "from": from_,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    def list_calls(
        self,
        *,
        from_: str | None = None,
        page: int | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> PagerCallList:
        """List calls, by a POST that reads a bare list with pages that say nothing of themselves.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            from_: Filled in when it is left out. Matches `^[0-9]+$`.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            The calls.
        """
        answer: PagerCallList = self._call(
            "list_calls",
            {
                "from": from_,
                "page": page,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer


class AsyncOperations(VendorOperations):
    """The operations of the Kitchen sink, by their names in the spec. Each is to be awaited."""

    __slots__ = ()
    _vendor = "kitchen_sink"

    async def open_session(
        self,
        *,
        password: str,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> Session:
        """Trade a password for a token, without credentials in headers.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            A token.
        """
        answer: Session = await self._call(
            "open_session",
            {
                "password": password,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def list_messages(
        self,
        *,
        search: str | None = None,
        limit: int | None = None,
        max_price: float | None = None,
        urgent: bool | None = None,
        state: MessageState | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> MessageList:
        """List messages, with one of each kind of query parameter.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            search: Not empty.
            limit: 1 to 100. The vendor's default is 20.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            A page.
        """
        answer: MessageList = await self._call(
            "list_messages",
            {
                "search": search,
                "limit": limit,
                "max-price": max_price,
                "urgent": urgent,
                "state": state,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def send_message(
        self,
        *,
        to: str,
        content: NewContent,
        Idempotency_Key: str | None = None,
        X_Trace: str | None = None,
        from_: str | None = None,
        state: MessageState | None = None,
        tags: list[str] | tuple[str, ...] | None | EllipsisType = ...,
        meta: Mapping[str, Any] | None = None,
        type: str | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> SentMessage | QueuedMessage | None:
        """Send a message, with three ways to succeed and five to fail.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            to: Not empty.
            tags: At most 2 items.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            It was sent.
            It waits.
            It was sent before, with the same key.

        Raises:
            ConflictError: 409: The key belongs to another message.
            InvalidInputError: 422: Some fields are wrong.
            PalabreError: Anything else. 4XX: It was refused.
            PalabreError: The vendor says no with a status of success; its code tells the kind.
        """
        answer: SentMessage | QueuedMessage | None = await self._call(
            "send_message",
            {
                "to": to,
                "content": content,
                "Idempotency-Key": Idempotency_Key,
                "X-Trace": X_Trace,
                "from": from_,
                "state": state,
                "meta": meta,
                "type": type,
            },
            {
                "tags": tags,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def delete_messages(
        self,
        *,
        ids: list[str] | tuple[str, ...],
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        """Delete messages, by a DELETE with a body and an answer without one.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            ids: 1 to 3 items.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            They are gone.
        """
        answer: None = await self._call(
            "delete_messages",
            {
                "ids": ids,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def get_message(
        self,
        *,
        message_id: str,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> MessageEnvelope:
        """Get a message; its address belongs to the path item.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            The message.
        """
        answer: MessageEnvelope = await self._call(
            "get_message",
            {
                "message_id": message_id,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def pin_message(
        self,
        *,
        message_id: int,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        """Pin a message, whose number here is a number.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            It is pinned.
        """
        answer: None = await self._call(
            "pin_message",
            {
                "message_id": message_id,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def attach_file(
        self,
        *,
        X_Trace: str,
        slot: int,
        message_id: str,
        file: File,
        labels: list[str] | tuple[str, ...],
        Checksum: str | None = None,
        overwrite: bool | None = None,
        preview: File | None = None,
        caption: str | None = None,
        pages: list[int] | tuple[int, ...] | None = None,
        position: int | None = None,
        scale: float | None = None,
        public: bool | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> Done:
        """Attach a file, by a form with every kind of field and every kind of parameter.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            file: At most 16 bytes. A file of type png, jpg.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            It is attached.
        """
        answer: Done = await self._call(
            "attach_file",
            {
                "X-Trace": X_Trace,
                "slot": slot,
                "message_id": message_id,
                "file": as_file(file),
                "labels[]": labels,
                "Checksum": Checksum,
                "overwrite": overwrite,
                "preview": as_file(preview),
                "caption": caption,
                "pages[]": pages,
                "position": position,
                "scale": scale,
                "public": public,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def set_consent(
        self,
        *,
        contact_id: str,
        agreed: bool,
        topics: list[str] | tuple[str, ...] | None = None,
        weight: float | None = None,
        note: str | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> Done | None:
        """Record what a person agreed to, by a form, with two ways to succeed.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            It is recorded.
            It was recorded before.
        """
        answer: Done | None = await self._call(
            "set_consent",
            {
                "contact_id": contact_id,
                "agreed": agreed,
                "topics[]": topics,
                "weight": weight,
                "note": note,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def count_messages(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> Count:
        """Count messages, by a GET with a body.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            from_: Matches `^[0-9]{6}$`.
            to: Matches `^[0-9]{6}$`.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            The count.

        Raises:
            PalabreError: Anything else.
        """
        answer: Count = await self._call(
            "count_messages",
            {
                "from": from_,
                "to": to,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def page_person(
        self,
        *,
        text: str,
        from_: str | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> PagerCallList:
        """Page a person, at another address, with the credentials in the body.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            from_: The pager that calls. Filled in when it is left out. Matches `^[0-9]+$`.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            The calls of the day, as a bare list.
        """
        answer: PagerCallList = await self._call(
            "page_person",
            {
                "text": text,
                "from": from_,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer

    async def list_calls(
        self,
        *,
        from_: str | None = None,
        page: int | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
    ) -> PagerCallList:
        """List calls, by a POST that reads a bare list with pages that say nothing of themselves.

        Source: Kitchen sink, "All of it", 2026-11 (guess).

        Args:
            from_: Filled in when it is left out. Matches `^[0-9]+$`.
            extra: Fields that the spec does not have, under the vendor's names.
            timeout: Seconds that the call may take.
            retry: A RetryPolicy for this call; the client's if None.

        Returns:
            The calls.
        """
        answer: PagerCallList = await self._call(
            "list_calls",
            {
                "from": from_,
                "page": page,
            },
            extra=extra,
            timeout=timeout,
            retry=retry,
        )
        return answer
