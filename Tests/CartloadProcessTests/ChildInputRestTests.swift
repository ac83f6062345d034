// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadProcess

@Suite(.serialized) struct ChildInputRestTests {
    @Test(arguments: [("cat >/dev/null", false), ("exit 0", true), ("head -c 3 >/dev/null", true), ("exec <&-", true)])
    func whatAChildLeftUnreadIsKnownWhenItHasEnded(script: String, isLeft: Bool) async throws {
        let child = try ChildProcess.shell("read -r go; \(script)")
        try child.input.write(Bytes("go\n12345678"))
        let rest = child.input.closeKeepingRest()
        #expect(try await child.wait() == .exited(0))
        #expect(rest.hasBytes() == isLeft)
        #expect(child.input.isClosed)
    }

    @Test func itsInputEndsAlthoughTheRestIsKept() async throws {
        let child = try ChildProcess(ChildCommand("cat"))
        let rest = child.input.closeKeepingRest()
        #expect(try child.printed() == "")
        #expect(try await child.wait() == .exited(0))
        #expect(!rest.hasBytes())
    }
}
