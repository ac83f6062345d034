// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import CartloadTesting
import Synchronization
import TestSupport
import Testing

/// Scripts/fuzz-http does the same for longer and better.
@Suite struct MutationTests {
    /// Notes what it is asked and answers at once.
    private final class NotingHandler: HTTPHandler {
        private let notes = Mutex<[String]>([])

        func take() -> [String] {
            notes.withLock { notes in
                defer { notes = [] }
                return notes
            }
        }

        func immediateResponse(to request: HTTPServerRequest) -> HTTPServerResponse? {
            var note = "\(request.method) \(request.segments) \(request.query) \(request.body.text)"
            for index in 0..<request.headers.count { note += "\n\(request.headers[index])" }
            notes.withLock { $0.append(note) }
            return HTTPServerResponse(body: .bytes(Bytes("ok")))
        }

        func response(to request: HTTPServerRequest) async -> HTTPServerResponse { HTTPServerResponse(status: 500) }
    }

    private static func mutated(_ text: String, _ random: inout SeededGenerator) -> [UInt8] {
        let alphabet = Array("\r\n\t\0 :;,0159afgETx%/\u{0b}\u{7f}".utf8)
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = alphabet.randomElement(using: &random) ?? 0
            case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
            case 2: bytes.remove(at: place)
            default:
                let end = min(bytes.count, place + Int.random(in: 1...30, using: &random))
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            }
        }
        return bytes
    }

    private static func statuses(_ port: Int, _ bytes: [UInt8], piece: Int) async throws -> [Int] {
        try await onThread {
            let client = try RawClient(port)
            var rest = bytes[...]
            while !rest.isEmpty {
                try client.send(Array(rest.prefix(piece)))
                rest = rest.dropFirst(piece)
            }
            client.finishSending()
            return RawResponse.statuses(in: try client.readAll()).filter { $0 != 100 }
        }
    }

    @Test func whateverComesIsUnderstoodTheSameInOnePieceAndInMany() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let handler = NotingHandler()
        let bases = (FramingCase.taken + FramingCase.refused).map(\.bytes).filter { $0.utf8.count < 600 }
        try await withServer(handler) { _, port in
            for _ in 0..<300 {
                let base = bases.randomElement(using: &random) ?? ""
                let bytes = Self.mutated(base + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n", &random)
                let whole = try await Self.statuses(port, bytes, piece: bytes.count)
                let seenWhole = handler.take()
                let pieces = try await Self.statuses(port, bytes, piece: Int.random(in: 1...20, using: &random))
                let seenPieces = handler.take()
                let about: Comment = "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
                #expect(whole == pieces && seenWhole == seenPieces, about)
                #expect(seenWhole.count == whole.count { $0 == 200 }, about)
                // After a refusal nothing is served.
                #expect(whole.dropLast().allSatisfy { $0 == 200 || $0 == 415 }, about)
            }
        }
    }
}
