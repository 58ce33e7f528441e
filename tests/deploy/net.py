"""Sockets in the network namespace of another process."""
import ctypes
import os
import socket
from contextlib import contextmanager
from typing import Iterator

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def _enter(namespace: int) -> None:
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def network_of(pid: int | None) -> Iterator[None]:
    """Sockets that are made inside belong to that process's network; None: to our own."""
    if pid is None:
        yield
        return
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    try:
        _enter(there)
        yield
    finally:
        _enter(home)
        os.close(home)
        os.close(there)


def tcp_socket(pid: int | None) -> socket.socket:
    with network_of(pid):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def listen(pid: int | None, host: str, port: int) -> socket.socket:
    sock = tcp_socket(pid)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(1024)
    return sock
