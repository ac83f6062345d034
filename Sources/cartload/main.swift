// SPDX-License-Identifier: Apache-2.0

internal import CMemory
internal import CartloadCommands
internal import Glibc

cl_memory_tune()
// Away from the main actor first: every call from there would hop between threads.
exit(await Cartload.standard.main(Array(CommandLine.arguments.dropFirst())))
