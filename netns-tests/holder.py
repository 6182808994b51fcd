# SPDX-License-Identifier: GPL-2.0
"""holder.py IN OUT: holds sockets, carries out the commands in IN, and answers in OUT.

    udp COUNT SIZE PORT   sends datagrams from that port to its own; once each has arrived or was
                          dropped, answers with those that arrived: "PACKETS BYTES"
    unix COUNT SIZE       likewise through the pair of UNIX sockets
    connect               connects to its own listener; answers with the accepted descriptor
    send BYTES            sends through that connection; answers with the bytes that arrived
    push BYTES            sends through it without waiting
    classic FD            sets a classic filter that keeps everything
    lock FD, unfilter FD  locks or removes the filter
    reopen FD             closes it and opens a new UDP socket under the same number
    fill COUNT            opens that many datagram sockets, pairs of UNIX sockets and connections
    end                   exits
"""
import ctypes
import os
import resource
import select
import socket
import struct
import sys
import time

PATIENCE = 60  # seconds
SO_MEMINFO, SK_MEMINFO_DROPS = 55, 8
SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_LOCK_FILTER = 26, 27, 44

# close the inherited ends of IN and OUT: with them it would never see that the test has ended
os.closerange(3, 1024)
unix_a, unix_b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
stream = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 7000))
udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
tcp.bind(("127.0.0.1", 7001))
tcp.listen(8)
ends = []
kept = []
orders = open(sys.argv[1])
answers = open(sys.argv[2], "w")


def drain(end):
    packets = length = 0
    end.setblocking(False)
    while True:
        try:
            length += len(end.recv(65536))
            packets += 1
        except BlockingIOError:
            return f"{packets} {length}"


def dropped():
    return struct.unpack("9I", udp.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))[SK_MEMINFO_DROPS]


def on_udp(count, size, port):
    """Waits for all sent datagrams, because a busy kernel delivers them later."""
    before, limit = dropped(), time.monotonic() + PATIENCE
    packets = length = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
        source.bind(("127.0.0.1", port))
        for _ in range(count):
            source.sendto(b"x" * size, ("127.0.0.1", 7000))
    while time.monotonic() < limit:
        over = packets + dropped() - before >= count
        more, more_length = map(int, drain(udp).split())
        packets, length = packets + more, length + more_length
        if over and not more:
            break
        select.select([udp], [], [], 0.01)
    return f"{packets} {length}"


def on_unix(count, size):
    answer = [0, 0]
    for _ in range(count):
        try:
            unix_a.send(b"x" * size)
        except PermissionError:  # the sender sees that the other end dropped it
            continue
        packets, length = drain(unix_b).split()
        answer[0] += int(packets)
        answer[1] += int(length)
    return f"{answer[0]} {answer[1]}"


def on_connect():
    client = socket.create_connection(("127.0.0.1", 7001), PATIENCE)
    accepted, _ = tcp.accept()
    accepted.settimeout(PATIENCE)
    kept.extend(ends)
    ends[:] = [client, accepted]
    return accepted.fileno()


def on_send(count):
    client, accepted = ends
    got = 0
    client.sendall(b"x" * count)
    while got < count:
        got += len(accepted.recv(65536))
    return got


def on_push(count):
    return ends[0].send(b"x" * count)


def option(fd, number, value):
    with socket.socket(fileno=os.dup(fd)) as copy:
        copy.setsockopt(socket.SOL_SOCKET, number, value)
    return "done"


def on_classic(fd):
    keep = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0xFFFFFFFF))
    return option(fd, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(keep)))


def on_lock(fd):
    return option(fd, SO_LOCK_FILTER, 1)


def on_unfilter(fd):
    return option(fd, SO_DETACH_FILTER, 0)


def on_reopen(fd):
    new = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    os.dup2(new.fileno(), fd)
    new.close()
    return fd


def on_fill(count):
    limit = 5 * count + 100
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    for _ in range(count):
        kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        kept[-1].bind(("127.0.0.1", 0))
        kept.extend(socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM))
        on_connect()
    return len(os.listdir("/proc/self/fd"))


print(os.getpid(), unix_a.fileno(), unix_b.fileno(), udp.fileno(), tcp.fileno(),
      stream[0].fileno(), file=answers, flush=True)
for line in orders:
    word, *numbers = line.split()
    if word == "end":
        break
    print(globals()[f"on_{word}"](*map(int, numbers)), file=answers, flush=True)
