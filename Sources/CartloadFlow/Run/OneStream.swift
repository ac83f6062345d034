// SPDX-License-Identifier: Apache-2.0

package import CartloadCore

/// A source of a single stream that is already there.
package struct OneStream: Source {
    let stream: any Stream

    package init(_ stream: any Stream) { self.stream = stream }

    package func streams() async throws -> [any Stream] { [stream] }
}
