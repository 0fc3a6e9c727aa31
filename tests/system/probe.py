#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""In the sandbox of one of the units: everything that it must not be able to do,
and the little that it must."""
import ctypes
import errno
import mmap
import os
import socket
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
unit = sys.argv[1]


def refused(what, act, *errors):
    try:
        act()
    except OSError as error:
        assert not errors or error.errno in errors, (what, error)
        return
    raise AssertionError(f"{unit} may {what}")


def call(name, *arguments):
    if getattr(LIBC, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def write(path):
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o640))


for place in ("/etc", "/usr/bin", "/var/lib", "/run", "/home", "/root",
              "/checkout", "/out"):
    refused(f"write {place}", lambda at=place: write(at + "/probe"))
refused("read other people's homes", lambda: os.listdir("/root"))
refused("make memory that can be written and run",
        lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE
                          | mmap.PROT_EXEC), errno.EPERM, errno.EACCES)
refused("open a device that is not its own",
        lambda: os.open("/dev/forbidden", os.O_RDWR), errno.EPERM,
        errno.EACCES, errno.ENOENT)
refused("make a device", lambda: os.mknod("/tmp/device", 0o020600,
                                          os.makedev(1, 1)))
refused("see packets", lambda: socket.socket(socket.AF_PACKET,
                                             socket.SOCK_RAW))
refused("speak Bluetooth", lambda: socket.socket(31, socket.SOCK_RAW, 0))
refused("make a namespace", lambda: call("unshare", 0x10000000))
refused("trace others", lambda: call("ptrace", 16, os.getppid(), 0, 0))
refused("mount", lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, None))
refused("become root", lambda: os.setuid(0))
refused("set the clock", lambda: call("settimeofday", (ctypes.c_long * 2)(1, 0),
                                      None))
refused("load a module", lambda: call("syscall", 175, b"", 0, b""))
refused("reboot", lambda: call("reboot", 0x89abcdef))
refused("name the machine", lambda: socket.sethostname("x"))
refused("serve a small port",
        lambda: socket.socket().bind(("127.0.0.1", 1000)))
if unit == "kioskd":
    class Timex(ctypes.Structure):
        _fields_ = [("modes", ctypes.c_uint), ("rest", ctypes.c_char * 300)]
    call("adjtimex", ctypes.byref(Timex()))  # only looks
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        assert len(file.read()) == 37
if unit != "kiosk-display":
    with open("/var/lib/kiosk/probe", "w", encoding="ascii") as file:
        file.write("#!/bin/sh\n")
    os.chmod("/var/lib/kiosk/probe", 0o750)
    refused("run what it wrote", lambda: subprocess.run(
        ["/var/lib/kiosk/probe"], check=False), errno.EACCES)
    os.unlink("/var/lib/kiosk/probe")
else:
    refused("see the journal", lambda: os.listdir("/var/lib/kiosk"))
print("done")
