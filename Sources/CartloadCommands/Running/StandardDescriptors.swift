// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Standard input, output and error, which whoever starts the program may have closed.
enum StandardDescriptors {
    /// Takes the place of those that are closed.
    ///
    /// The next file that is opened would get the number, and what is printed would go into it: a STATE into the data. What
    /// takes the place can be opened but not used, so that printing fails as it should.
    static func occupy() {
        for (descriptor, mode) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)] {
            guard fcntl(descriptor, F_GETFD) < 0, errno == EBADF else { continue }
            _ = open("/dev/null", mode)  // the lowest free number is this one
        }
    }
}
