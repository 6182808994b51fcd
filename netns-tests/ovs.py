#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""ovs.py BRIDGE INTERFACE - makes an Open vSwitch datapath that drops EtherType 0x88b5 by a flow
without actions. It speaks generic netlink itself, so Open vSwitch's tools are not needed. The numbers
are from linux/openvswitch.h."""
import socket
import struct
import sys

REQUEST, ACK = 1, 4
NETLINK_GENERIC, CTRL_ID, CTRL_GETFAMILY = 16, 16, 3
NEW = 1  # in each family


def attr(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def u32(kind, value):
    return attr(kind, struct.pack("=I", value))


def name(kind, value):
    return attr(kind, value.encode() + b"\0")


class Netlink:
    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.socket.bind((0, 0))

    def ask(self, family, command, version, body):
        """Returns the answer, or b'' if only the acknowledgement comes."""
        message = struct.pack("=BBH", command, version, 0) + body
        self.socket.send(struct.pack("=IHHII", 16 + len(message), family, REQUEST | ACK, 1, 0) +
                         message)
        answer = b""
        while True:
            data = self.socket.recv(65536)
            while data:
                length, kind = struct.unpack_from("=IH", data)
                if kind == 2:  # NLMSG_ERROR, with error 0 an acknowledgement
                    error = struct.unpack_from("=i", data, 16)[0]
                    if error:
                        sys.exit(f"ovs.py: error {-error} of family {family}")
                    return answer
                answer = data[16:length]
                data = data[(length + 3) & ~3:]

    def family(self, text):
        answer = self.ask(CTRL_ID, CTRL_GETFAMILY, 1, name(2, text))[4:]
        while answer:
            length, kind = struct.unpack_from("=HH", answer)
            if kind == 1:  # CTRL_ATTR_FAMILY_ID
                return struct.unpack_from("=H", answer, 4)[0]
            answer = answer[(length + 3) & ~3:]
        sys.exit(f"ovs.py: no family {text}")


def keys(port, ethertype):
    return u32(3, port) + attr(4, b"\0" * 12) + attr(6, struct.pack("!H", ethertype))


def main():
    netlink = Netlink()
    # answers begin with the index of the datapath
    dp = netlink.ask(netlink.family("ovs_datapath"), NEW, 2,
                     struct.pack("=i", 0) + name(1, sys.argv[1]) + u32(2, 0))
    index = struct.unpack_from("=i", dp, 4)[0] if dp else socket.if_nametoindex(sys.argv[1])
    header = struct.pack("=i", index)
    netlink.ask(netlink.family("ovs_vport"), NEW, 1,
                header + u32(2, 1) + name(3, sys.argv[2]) + u32(5, 0))
    netlink.ask(netlink.family("ovs_flow"), NEW, 1,
                header + attr(1, keys(1, 0x88b5)) + attr(7, keys(0xffffffff, 0xffff)) + attr(2, b""))


main()
