// SPDX-License-Identifier: Apache-2.0

import CartloadCore

/// Two connectors that are only there for tests.
enum TestConnectors {
    static let numbers = Connector(
        "numbers", "Counts up.",
        source: Connector.Role(
            settings: [
                Setting("from", .integer, "The first number.", default: 0),
                Setting("to", .integer, "The last number.", isRequired: true),
                Setting("password", .string, "What opens the numbers.", isSecret: true),
                Setting("style", .choice(["plain", "roman"]), "How numbers look.", default: "plain"),
                Setting("format", .string, "The format."),
            ],
            make: { configuration in Numbers(to: configuration.integer("to") ?? 0) }),
        endpoint: { text in
            guard text.hasPrefix("numbers:"), let last = Int(text.dropFirst(8)) else { return nil }
            return JSONObject([("to", .int(last))])
        })

    static let shelf = Connector(
        "shelf", "Puts records on a shelf.",
        destination: Connector.Role(
            settings: [
                Setting("board", .string, "Which board.", isRequired: true),
                Setting("load", .choice(["append", "upsert"]), "What happens to what is there.", default: "append"),
                Setting("keys", .strings, "Identify a record."),
                Setting("limits", .mapping([Setting("weight", .number, "Kilograms.")]), "What the board bears."),
            ],
            make: { _ in Shelf() }),
        endpoint: { text in text.hasPrefix("shelf:") ? JSONObject([("board", .string(String(text.dropFirst(6))))]) : nil
        })

    struct Numbers: Source {
        let to: Int

        func streams() async throws -> [any Stream] {
            [NumberStream(name: "even", to: to), NumberStream(name: "odd", to: to)]
        }
    }

    struct NumberStream: Stream {
        let name: String
        let to: Int

        var description: StreamDescription {
            StreamDescription(name, schema: Schema([Field("n", .integer)]), keys: ["n"], byteCount: to * 8)
        }

        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
            (0..<to).map { ["n": .int($0)] }
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {}
    }

    struct Shelf: Destination {
        func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
            throw CancellationError()
        }
    }
}
