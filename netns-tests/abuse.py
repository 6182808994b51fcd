"""Hostile clients of ctl serve: abuse.py JOB PORT [ARGUMENT...]. See abuse.bats."""
import resource
import select
import socket
import sys
import time

job, port = sys.argv[1], int(sys.argv[2])


def fail(text):
    sys.exit("abuse: " + text)


def eventually(what, check):
    limit = time.monotonic() + 60
    while not check():
        if time.monotonic() > limit:
            fail("never: " + what)
        time.sleep(0.05)


def connect(source="127.0.0.1", timeout=60):
    s = socket.socket()
    s.settimeout(timeout)
    s.bind((source, 0))
    s.connect(("127.0.0.1", port))
    return s


def until_end(s):
    data = b""
    try:
        while True:
            more = s.recv(65536)
            if not more:
                return data
            data += more
    except ConnectionResetError:
        return data


def status(answer):
    """Returns the status code, or 0 if the connection was closed without an answer."""
    return int(answer.split()[1]) if answer.startswith(b"HTTP/") else 0


def ask(path="/healthz", source="127.0.0.1"):
    s = connect(source)
    try:
        s.sendall(b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path.encode())
        return status(until_end(s))
    except (BrokenPipeError, ConnectionResetError):
        return 0
    finally:
        s.close()


def good(path="/"):
    return b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\n"


END = b"Connection: close\r\n\r\n"
# requests, and the right answers
WRONG = {
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", {400}),
    "two Hosts": (good() + b"Host: x\r\n" + END, {400}),
    "no method": (b"/ HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 405, 0}),
    "small letters": (b"get / HTTP/1.1\r\nHost: localhost\r\n" + END, {405}),
    "unknown method": (b"BREW / HTTP/1.1\r\nHost: localhost\r\n" + END, {405}),
    "CONNECT": (b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n" + END, {400, 405}),
    "TRACE": (b"TRACE / HTTP/1.1\r\nHost: localhost\r\n" + END, {405}),
    "OPTIONS": (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n" + END, {400, 405}),
    "long method": (b"G" * 9000 + b" / HTTP/1.1\r\nHost: localhost\r\n" + END, {400, 405, 413, 414, 431, 501, 0}),
    "version of tomorrow": (b"GET / HTTP/9.9\r\nHost: localhost\r\n" + END, {400, 505, 0}),
    "no version": (b"GET /\r\n\r\n", {400, 505, 0}),
    "zeros": (b"\0" * 64 + b"\r\n\r\n", {400, 0}),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 200 + b"\r\n\r\n", {400, 0}),
    "zero in the path": (good("/%00") + END, {400}),
    "half an escape": (good("/%4") + END, {400}),
    "double escape": (good("/%252e%252e/etc/passwd") + END, {404}),
    "dots": (good("/../../etc/passwd") + END, {404}),
    "bytes that are no UTF-8": (b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n" + END, {400, 404}),
    "absolute": (b"GET http://elsewhere/ HTTP/1.1\r\nHost: localhost\r\n" + END, {400, 404}),
    "endless path": (good("/" + "a" * 100000) + END, {414, 431}),
    "endless header": (good() + b"X: " + b"a" * 100000 + b"\r\n" + END, {431}),
    "many headers": (good() + b"".join(b"X-%d: y\r\n" % i for i in range(5000)) + END, {431}),
    "header without name": (good() + b": y\r\n" + END, {400, 200}),
    "header without colon": (good() + b"nonsense\r\n" + END, {400}),
    "folded header": (good() + b"X: a\r\n b\r\n" + END, {400, 200}),
    "body": (good() + b"Content-Length: 5\r\n" + END + b"hello", {413}),
    "long body": (good() + b"Content-Length: 99999999999\r\n" + END + b"x" * 100000, {413}),
    "negative length": (good() + b"Content-Length: -1\r\n" + END, {400, 413}),
    "length of letters": (good() + b"Content-Length: many\r\n" + END, {400, 413}),
    "endless length": (good() + b"Content-Length: " + b"9" * 40 + b"\r\n" + END, {400, 413}),
    "two lengths": (good() + b"Content-Length: 0\r\nContent-Length: 5\r\n" + END + b"hello", {400, 413}),
    "chunked": (good() + b"Transfer-Encoding: chunked\r\n" + END + b"5\r\nhello\r\n0\r\n\r\n", {413}),
    "chunks of nonsense": (good() + b"Transfer-Encoding: chunked\r\n" + END + b"zz\r\n\r\n", {400, 413}),
    "both": (good() + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + END + b"0\r\n\r\n", {400, 413}),
    "unknown coding": (good() + b"Transfer-Encoding: gzip\r\n" + END, {400, 413, 501}),
    "expectation": (good() + b"Expect: 100-continue\r\nContent-Length: 5\r\n" + END, {413, 417}),
    "upgrade": (good() + b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n", {200, 400}),
    "foreign host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n" + END, {421}),
    "parameters": (good("/api/v1/flows?" + "&".join("top=1" for _ in range(50))) + END, {400}),
    # these are too large for a connection's buffer
    "many parameters": (good("/api/v1/flows?" + "&".join("top=1" for _ in range(500))) + END, {400, 414, 431, 0}),
    "zero in a parameter": (good("/api/v1/where?q=%00") + END, {400}),
}


def wrong():
    for name, (request, right) in WRONG.items():
        s = connect(timeout=10)
        try:
            s.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has already closed it
        if name == "upgrade":
            got = status(s.recv(65536))
        else:
            s.settimeout(40)
            got = status(until_end(s))
        s.close()
        print(f"{name}: {got}")
        if got not in right:
            fail(f"'{name}' was answered with {got}, not {sorted(right)}")
        if ask() != 200:
            fail(f"after '{name}' there is no answer any more")


def pipelined():
    s = connect()
    s.sendall((good("/healthz") + b"\r\n") * 20 + good("/healthz") + END)
    count = until_end(s).count(b"HTTP/1.1 200 OK")
    if count != 21:
        fail(f"21 requests in one write had {count} answers")


def head():
    s = connect()
    s.sendall(b"HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n" + END)
    answer = until_end(s)
    if status(answer) != 200 or not answer.endswith(b"\r\n\r\n"):
        fail("HEAD has a body")
    if b"content-encoding" in answer.lower():
        fail("an encoding that nobody asked for")


def truncated():
    for request in b"", b"G", b"GET / HT", good(), good() + b"X: ":
        s = connect()
        s.sendall(request)
        s.shutdown(socket.SHUT_WR)
        s.settimeout(40)
        if status(until_end(s)) == 200:
            fail(f"{request} is no request")
    for _ in range(300):  # closed before the answer comes
        s = connect()
        s.sendall(good("/metrics") + b"\r\n")
        s.close()
    for _ in range(100):  # closed by a reset
        s = connect()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        s.sendall(good("/api/v1/counters") + b"\r\n")
        s.close()


def flood(count, begun):
    """Holds that many connections from 250 addresses for some seconds, and makes the file BEGUN."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 100, count + 100))
    held = []
    for i in range(count):
        s = socket.socket()
        s.setblocking(False)
        s.bind((f"127.0.{1 + i % 5}.{1 + i % 50}", 0))
        try:
            s.connect(("127.0.0.1", port))
        except BlockingIOError:
            pass
        held.append(s)
    open(begun, "w").close()
    begin = time.monotonic()
    while time.monotonic() - begin < 12:
        for s in held[:: max(1, count // 500)]:
            try:
                s.send(b"GET /metrics HTTP/1.1\r\n")
            except OSError:
                pass
        time.sleep(0.2)
    print(len(held))


def per_address(limit):
    held = [connect("127.0.0.9") for _ in range(limit)]
    if ask(source="127.0.0.9") != 0:
        fail(f"one more than {limit} of one address is answered")
    if ask(source="127.0.0.10") != 200:
        fail("another address is not answered")
    for s in held:
        s.close()
    eventually("an answer for that address afterwards", lambda: ask(source="127.0.0.9") == 200)


def full(limit):
    held = [connect(f"127.0.0.{20 + i % 8}") for i in range(limit)]
    late = connect("127.0.0.40", timeout=3)
    late.sendall(good("/healthz") + END)
    if select.select([late], [], [], 2)[0] and late.recv(100):
        fail(f"one more than {limit} connections is served")
    for s in held:
        s.close()
    late.settimeout(30)
    got = status(until_end(late))
    if got not in (200, 0):
        fail(f"the one that was late is answered with {got}")
    eventually("an answer when the others have gone", lambda: ask() == 200)


def too_many():
    """Takes up the only document without reading it, so the next request has to wait."""
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.settimeout(60)
    slow.connect(("127.0.0.1", port))
    slow.sendall(good("/api/v1/flows?top=10000") + END)

    def refused():
        s = connect()
        s.sendall(good("/metrics") + END)
        answer = until_end(s)
        if status(answer) == 503 and b"Retry-After" not in answer:
            fail(f"no Retry-After: {answer[:200]}")
        return status(answer) == 503
    eventually("503", refused)
    if ask("/") != 200:
        fail("the page itself is no document that is counted")
    if not until_end(slow).endswith(b"\n"):
        fail("the slow client did not get all of it")
    eventually("an answer when that is over", lambda: ask("/metrics") == 200)


def slow():
    """Sends a byte a second; the server has to end the connection in time."""
    begin, s = time.monotonic(), connect()
    request = good() + b"X: " + b"y" * 1000
    try:
        for byte in request:
            s.send(bytes([byte]))
            if select.select([s], [], [], 1)[0]:
                break
            if time.monotonic() - begin > 90:
                fail("a slow client stays for ever")
    except OSError:
        pass
    print(f"ended after {time.monotonic() - begin:.0f} s")
    if time.monotonic() - begin < 15:
        fail("slow people have no chance")


jobs = {f.__name__: f for f in (wrong, pipelined, head, truncated, too_many, slow)}
if job in jobs:
    jobs[job]()
else:
    {"flood": flood, "per_address": per_address, "full": full}[job](int(sys.argv[3]), *sys.argv[4:])
