// SPDX-License-Identifier: Apache-2.0

/// A call of the system that a test needs has failed.
package struct POSIXFailure: Error {
    /// As in `errno`.
    package let code: Int32

    package init(code: Int32) { self.code = code }
}
