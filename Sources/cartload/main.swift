// SPDX-License-Identifier: Apache-2.0

internal import CartloadCommands
internal import Glibc

// Away from the main actor first: every call from there would hop between threads.
exit(await Cartload.standard.main(Array(CommandLine.arguments.dropFirst())))
