# SPDX-License-Identifier: Apache-2.0
"""Which processes there are, as the kernel says."""
import os


def children(pid):
    """The processes that a process has started, those that have ended and wait for it among them."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8") as file:
                    state, parent = file.read().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == pid:
                found.append((int(entry), state))
    return found


def running_in(folder):
    """Processes of anybody that run in a folder, such as workers whose server is gone."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.readlink(f"/proc/{entry}/cwd").startswith(folder):
                found.append(int(entry))
        except OSError:
            continue
    return found
