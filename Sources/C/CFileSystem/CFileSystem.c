// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CFileSystem.h"

#if defined(__linux__)
#include <linux/magic.h>
#include <sys/vfs.h>

// These have no name in linux/magic.h of the oldest distribution that we build on.
#define CL_ZFS_MAGIC 0x2fc12fc1
#define CL_XFS_MAGIC 0x58465342

int cl_file_system_is_local(const char *path) {
    struct statfs system;
    if (statfs(path, &system) != 0) return 0;
    switch ((unsigned int)system.f_type) {
    case EXT4_SUPER_MAGIC:  // and ext2, ext3
    case CL_XFS_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case OVERLAYFS_SUPER_MAGIC:
    case CL_ZFS_MAGIC: return 1;
    default: return 0;
    }
}
#else
int cl_file_system_is_local(const char *path) {
    (void)path;
    return 0;
}
#endif
