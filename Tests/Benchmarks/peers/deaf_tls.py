"""A TLS server that answers and then is deaf: it neither answers close_notify nor closes. Prints its port."""

import argparse
import asyncio
import ssl

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


class Deaf(asyncio.Protocol):
    def __init__(self, context: ssl.SSLContext) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.is_open, self.is_answered, self.request = False, False, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.is_answered:
            return
        self.incoming.write(data)
        try:
            if not self.is_open:
                self.tls.do_handshake()
                self.is_open = True
            self.request += self.tls.read(1 << 20)
            if b"\r\n\r\n" in self.request:
                self.tls.write(ANSWER)
                self.is_answered = True
        except ssl.SSLWantReadError:
            pass
        self.transport.write(self.outgoing.read())

    def eof_received(self) -> bool:
        return True  # Stays open in its own direction.


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    given = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given.certificate, given.key)
    server = await asyncio.get_running_loop().create_server(lambda: Deaf(context), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
