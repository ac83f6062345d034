// SPDX-License-Identifier: Apache-2.0
#ifndef CFILESYSTEM_H
#define CFILESYSTEM_H

/// 1 for a path on a file system of this machine, whose locks hold for all who can reach it; 0 for others, and for those that
/// are not known: on those of a network a lock may be known to one machine alone.
int cl_file_system_is_local(const char *path);

#endif
