// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation

/// What a tap sends: three streams mixed in groups with a STATE after each, which can be gone on with from any STATE.
///
/// Keys come again and again with newer values, so that both what is lost and what is in the wrong order can be told.
struct SingerScript {
    /// How records are sent.
    enum Form: String, CaseIterable {
        case record
        /// `users` in files, `events` in files or messages by turns, `orders` in messages.
        case batch
    }

    static let streams = ["orders", "users", "events"]
    /// How many records of a stream a group has.
    static let size = 40
    static let keys = 4_000

    let form: Form
    let groups: Int
    private let sandbox: Sandbox
    private let offsets: [Int]

    /// How many records of a stream there are.
    var count: Int { groups * Self.size }

    /// Where the files are that BATCH messages name.
    var batches: String { sandbox.path("batches") }

    /// Writes the messages, and the files that they name, to a folder of its own.
    init(_ form: Form, groups: Int) throws {
        self.form = form
        self.groups = groups
        sandbox = try Sandbox()
        if form == .batch {
            try FileManager.default.createDirectory(atPath: sandbox.path("batches"), withIntermediateDirectories: true)
        }
        var text = ""
        var offsets: [Int] = []
        for group in 0..<groups {
            offsets.append(text.utf8.count)
            for stream in Self.streams { text += Self.schema(stream) }
            let inFiles = form == .batch ? group % 2 == 0 ? ["users", "events"] : ["users"] : []
            for number in group * Self.size..<(group + 1) * Self.size {
                for stream in Self.streams where !inFiles.contains(stream) {
                    text += #"{"type":"RECORD","stream":"\#(stream)","record":\#(Self.record(number))}"# + "\n"
                }
            }
            for stream in inFiles {
                let name = "batches/\(stream)-\(group).jsonl"
                let records = (group * Self.size..<(group + 1) * Self.size).map { Self.record($0) + "\n" }
                try sandbox.write(records.joined(), to: name)
                text +=
                    #"{"type":"BATCH","stream":"\#(stream)","encoding":{"format":"jsonl","compression":"gzip"},"#
                    + #""manifest":["file://\#(sandbox.path(name)).gz"]}"# + "\n"
            }
            text += Self.state(group + 1)
        }
        self.offsets = offsets + [text.utf8.count]
        try sandbox.write(text, to: "messages.jsonl")
        if form == .batch { _ = try sandbox.shell("find batches -name '*.jsonl' | xargs gzip -1") }
    }

    static func schema(_ stream: String) -> String {
        #"{"type":"SCHEMA","stream":"\#(stream)","schema":{"type":"object","properties":{"id":{"type":"integer"},"#
            + #""seq":{"type":"integer"},"note":{"type":"string"}}},"key_properties":["id"]}"# + "\n"
    }

    static func key(_ number: Int) -> Int { number * 7 % keys }

    static func record(_ number: Int) -> String {
        let note = String(repeating: "n", count: 180 + number % 40)
        return #"{"id":\#(key(number)),"seq":\#(number),"note":"\#(note)"}"#
    }

    static func state(_ position: Int) -> String {
        #"{"type":"STATE","value":{"bookmarks":{"all":{"position":\#(position)}}}}"# + "\n"
    }

    /// The position in a STATE that a target printed.
    static func position(_ state: JSONValue) -> Int? { state["bookmarks"]?["all"]?["position"]?.intValue }

    /// The messages from a position on, as an orchestrator gets them from a tap that is given its state.
    func messages(from position: Int) throws -> FileHandle {
        let handle = try FileHandle(forReadingFrom: sandbox.folder.appending(path: "messages.jsonl"))
        try handle.seek(toOffset: UInt64(offsets[position]))
        return handle
    }

    /// The newest record of each key among the first records of a stream; -1 for keys that did not come yet.
    static func newest(ofFirst count: Int) -> [Int] {
        var newest = [Int](repeating: -1, count: keys)
        for number in 0..<count { newest[key(number)] = number }
        return newest
    }
}
