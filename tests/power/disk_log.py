# SPDX-License-Identifier: MIT
"""What disk_log.c wrote down, and what a cut can leave of it on the disk.

A write that a flush followed is there. Of those since the last flush any may be
there or not, or torn between sectors, so a newer one may be there and an older
one not; but an older one never lies over a newer one."""
import mmap
import os
import re
import struct
import subprocess

RECORD = struct.Struct("=QQQ")
SECTOR = 512
BLOCK = 4096
# How a slip begins (escpos_encode()).
SLIP = re.compile(rb"\x1b@(?:\x1da.)?\x1dP", re.DOTALL)


def records_of(log):
    """(kind, offset, bytes or None). Who was killed while writing leaves half a
    record at the end: that did not happen."""
    if os.path.getsize(log) == 0:
        return
    with open(log, "rb") as file, \
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = 0
        while at < len(data):
            if at + RECORD.size > len(data):
                return
            kind, offset, length = RECORD.unpack_from(data, at)
            at += RECORD.size
            kind = chr(kind)
            body = None
            if kind in "WMP":
                body = data[at:at + length]
                at += length
                if at > len(data):
                    return
            elif kind == "Z":
                body = bytes(length)
            yield kind, offset, body


def said_in(records):
    """The lines that the guest had told the host."""
    said = b"".join(body for kind, _, body in records if kind == "M")
    return [line.decode("utf-8", "replace") for line in said.split(b"\n")[:-1]]


def slips_in(records):
    """How many slips had begun to leave the printer."""
    return len(SLIP.findall(b"".join(body for kind, _, body in records
                                     if kind == "P")))


def torn(rng, offset, body):
    """A run of the write's sectors."""
    sectors = len(body) // SECTOR
    first = rng.randrange(sectors)
    last = rng.randint(first + 1, sectors)
    return offset + first * SECTOR, body[first * SECTOR:last * SECTOR]


def some_of(rng, writes, tear):
    """Any of the writes."""
    share = rng.choice((0.1, 0.5, 0.9))
    kept = [write for write in writes if rng.random() < share]
    if tear:
        # Not the superblock, which ext4 writes without its journal: a disk of
        # ordinary size has copies for e2fsck, this small one has none.
        kept = [torn(rng, *write)
                if write[0] >= BLOCK and rng.random() < 0.25 else write
                for write in kept]
    return kept


def put(fd, writes):
    for offset, body in writes:
        os.pwrite(fd, body, offset)


def settle(image, records, rng):
    """Brings the image, as it was before these records, to what a cut after
    them may leave of it. How many writes were lost or torn."""
    since = []
    tear = rng.random() < 0.5
    fd = os.open(image, os.O_RDWR)
    try:
        for kind, offset, body in records:
            if kind in "WZ":
                since.append((offset, body))
            elif kind == "F":
                put(fd, since)
                since = []
        kept = some_of(rng, since, tear)
        put(fd, kept)
    finally:
        os.close(fd)
    if tear:
        check(image)
    return len(since) - len(set(kept) & set(since))


def check(image):
    """As a Raspberry Pi does when it starts. A file system whose blocks were
    torn may need it: the kernel does not mount one whose last journal commit
    is half there."""
    done = subprocess.run(["e2fsck", "-p", image], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode & ~1:
        raise AssertionError(f"e2fsck -p: {done.returncode}: {done.stdout}")
