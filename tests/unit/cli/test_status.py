"""Ctrl-C ends what is watched, whatever becomes of the first cancellation."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from services.cli.status import until_interrupted


async def test_ctrl_c_ends_a_watch_whose_client_swallows_a_cancellation():
    swallowed = False

    async def watch():
        nonlocal swallowed
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            swallowed = True
        await asyncio.Event().wait()

    await until_interrupted(watch())
    assert swallowed


async def test_what_goes_wrong_in_a_watch_is_said():
    async def watch():
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        await until_interrupted(watch())
