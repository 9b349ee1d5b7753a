"""The one error that a user can cause, and how every script ends on it."""

import sys
from collections.abc import Callable


class UserError(Exception):
    """Something the user can mend: the message is one line that says what to do."""


def run(main: Callable[[], None]) -> None:
    """Call `main`; a `UserError` or a full disk ends in one line on stderr and exit code 2."""
    try:
        main()
    except UserError as error:
        sys.exit(_complain(str(error)))
    except OSError as error:
        sys.exit(_complain(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")))
    except KeyboardInterrupt:
        sys.exit(_complain("interrupted", code=130))


def _complain(message: str, code: int = 2) -> int:
    print(f"error: {message}", file=sys.stderr)
    return code
