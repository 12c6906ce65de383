"""The command ``smime``. All that it does, it does through the public functions of :mod:`libsmime`.

Exit codes: 0 accepted, 1 not accepted, 2 usage, 3 malformed input, 4 cannot be decrypted, 5 a limit was reached, 6 not supported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Optional

from .. import Code, Error, VerificationError
from ._console import fail, refuse
from ._parser import UsageMistake, parser

_INTERRUPTED = 130


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs the command with these arguments (those of the process by default) and answers with its exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    with_json = "--json" in arguments
    try:
        exit_code = _run(arguments, with_json)
        sys.stdout.flush()
        return exit_code
    except BrokenPipeError:
        # Whoever read the output is gone. Python must not try once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return fail(Code.USE_IO, "The reader of the output is gone", None, False)
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(arguments: Sequence[str], with_json: bool) -> int:
    try:
        options = parser().parse_args(arguments)
        exit_code: int = options.run(options)
        return exit_code
    except UsageMistake as mistake:
        return fail(Code.USE_ARGUMENT, str(mistake), None, with_json)
    except VerificationError as error:
        return refuse(error.report, with_json)
    except Error as error:
        return fail(error.code, error.message, error.offset, with_json)
    except BrokenPipeError:
        raise
    except OSError as error:
        return fail(Code.USE_IO, _told(error), None, with_json)
    except Exception as error:
        return fail(Code.INTERNAL, f"{Code.INTERNAL.sentence}: {type(error).__name__}: {error}", None, with_json)


def _told(error: OSError) -> str:
    what = error.strerror or str(error) or type(error).__name__
    return what if error.filename is None else f"{os.fsdecode(error.filename)}: {what}"
