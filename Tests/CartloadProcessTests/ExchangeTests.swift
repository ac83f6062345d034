// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadProcess

@Suite(.serialized) struct ExchangeTests {
    @Test(arguments: [0, 1, 64 << 10, 65_537, 8 << 20])
    func aBigWriteAndABigReadDoNotHoldEachOtherUp(count: Int) async throws {
        let sent = Bytes((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) })
        let child = try ChildProcess(ChildCommand("cat"))
        // Twice, as a worker gets one chunk after another.
        for _ in 0..<2 where count > 0 {
            var received = BytesBuilder()
            var length = 0
            try child.exchange(sent) { buffer in
                received.append(buffer)
                length += buffer.count
                return length >= count
            }
            #expect(received.finish() == sent)
        }
        child.input.close()
        #expect(try await child.wait() == .exited(0))
    }

    @Test func anAnswerThatComesTooLateIsAnErrorAndTheChildGoesOn() throws {
        let child = try ChildProcess(ChildCommand("cat"))
        var time = Duration.zero
        let error = #expect(throws: CartloadError.self) {
            try child.exchange(
                Bytes("x"), atMost: .seconds(5),
                now: {
                    time += .seconds(1)
                    return time
                }
            ) { _ in false }
        }
        #expect(error?.code == .programTimedOut)
        #expect(child.end == nil)
    }

    @Test(arguments: [
        ("exec 1>&-; cat >/dev/null", CartloadError.Code.programOutputEnded),
        ("exec 0<&-; echo ready; sleep 1000", .programInputClosed),
    ])
    func aSideThatIsClosedIsAnError(script: String, code: CartloadError.Code) throws {
        let child = try ChildProcess.shell(script)
        if code == .programInputClosed { #expect(try child.output.word() == "ready") }
        let error = #expect(throws: CartloadError.self) { try child.exchange(Bytes("x")) { _ in false } }
        #expect(error?.code == code)
    }

    @Test func aCancelledTaskEndsIt() async throws {
        let child = try ChildProcess(ChildCommand("cat"))
        let task = Task { try child.exchange(Bytes("x")) { _ in false } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
