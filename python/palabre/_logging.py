"""Log records about requests. Imported when the program has imported ``logging``."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from palabre._palabre import ErrorEvent, RequestEvent, ResponseEvent

logger = logging.getLogger("palabre")
# A library that nobody listens to is silent: without a handler, warnings would go to stderr.
logger.addHandler(logging.NullHandler())


def write(level: int, event: RequestEvent | ResponseEvent | ErrorEvent) -> None:
    """Write a record whose attributes are the fields of the event."""
    if logger.isEnabledFor(level):
        fields = {f"palabre_{name}": value for name, value in event.to_dict().items()}
        # The place that is named is the one that called palabre.
        logger.log(level, "%s", str(event), extra=fields, stacklevel=2)
