// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Glibc
import TestSupport
import Testing

@testable import CartloadFiles

@Suite struct TailTests {
    /// A followed file, and what a program does to it.
    private final class Log {
        let folder: TemporaryFolder
        var checkpoint: Checkpoint?
        var settings: JSONObject
        private var size = 0

        init(_ settings: JSONObject = JSONObject()) throws {
            folder = try TemporaryFolder()
            self.settings = settings
            self.settings["path"] = .string("\(folder.path)/app.log")
        }

        func append(_ text: String) throws {
            try folder.overwrite("app.log", at: size, with: Array(text.utf8))
            size += text.utf8.count
        }

        func rename(_ from: String = "app.log", to: String) throws {
            guard Glibc.rename("\(folder.path)/\(from)", "\(folder.path)/\(to)") == 0 else {
                throw POSIXFailure(code: errno)
            }
            if from == "app.log" { size = 0 }
        }

        func truncate() throws {
            guard Glibc.truncate("\(folder.path)/app.log", 0) == 0 else { throw POSIXFailure(code: errno) }
            size = 0
        }

        var source: TailSource {
            get throws { TailSource(try TailOptions(Configuration(settings, settings: TailOptions.settings))) }
        }

        /// What a run reads.
        func run() async throws -> [String] {
            let reading = try await StreamReading(source.streams()[0], since: checkpoint)
            if let last = reading.elements.last?.checkpoint {
                checkpoint = try Checkpoint(JSONValue(parsing: last.description))
            }
            var diagnostics = Diagnostics()
            return try reading.elements.flatMap { element -> [String] in
                guard case .records(let batch, _, _, _) = element else { return [] }
                return try batch.opened(&diagnostics).records().map { $0.string("line") ?? "\($0.object)" }
            }
        }
    }

    @Test func aRunReadsTheLinesThatHaveComeSince() async throws {
        let log = try Log()
        try log.append("one\ntwo \"quoted\"\n\nthr")
        #expect(try await log.run() == ["one", "two \"quoted\""])
        #expect(try await log.run() == [])
        try log.append("ee\r\n")
        #expect(try await log.run() == ["three"])
        try log.append("no end")
        #expect(try await log.run() == [])
    }

    @Test func theRestOfARenamedFileComesFirst() async throws {
        let log = try Log()
        try log.append("a\n")
        #expect(try await log.run() == ["a"])
        try log.append("b\nc")
        try log.rename(to: "app.log.1")
        // Its writer may not have noticed yet.
        #expect(try await log.run() == ["b"])
        try log.append("d\n")
        #expect(try await log.run() == ["c", "d"])
        #expect(try await log.run() == [])
    }

    @Test func filesThatCameAndWentBetweenTwoRunsAreRead() async throws {
        let log = try Log()
        try log.append("1\n")
        #expect(try await log.run() == ["1"])
        for number in 2...4 {
            try log.append("\(number)\n")
            for older in [3, 2, 1] where access("\(log.folder.path)/app.log.\(older)", F_OK) == 0 {
                try log.rename("app.log.\(older)", to: "app.log.\(older + 1)")
            }
            try log.rename(to: "app.log.1")
        }
        try log.append("5\n")
        #expect(try await log.run() == ["2", "3", "4", "5"])
        #expect(try await log.run() == [])
    }

    @Test func aFileThatIsGoneIsAnErrorUnlessThatIsWanted() async throws {
        let log = try Log()
        try log.append("a\nb\n")
        _ = try await log.run()
        try log.rename(to: "elsewhere")
        try log.append("c\n")
        let error = await #expect(throws: CartloadError.self) { _ = try await log.run() }
        #expect(error?.code == .tailLost)
        log.settings["lost"] = "read"
        #expect(try await log.run() == ["c"])
    }

    @Test(arguments: ["x\n", "another beginning\nand more than before\n"])
    func aFileThatWasCutIsReadFromItsBeginning(text: String) async throws {
        let log = try Log(JSONObject([("truncated", "fail")]))
        try log.append("first line\nsecond\n")
        _ = try await log.run()
        try log.truncate()
        try log.append(text)
        let error = await #expect(throws: CartloadError.self) { _ = try await log.run() }
        #expect(error?.code == .tailTruncated)
        log.settings["truncated"] = "read"
        #expect(try await log.run() == text.split(separator: "\n").map(String.init))
    }

    @Test func theFirstRunCanBeginAtTheEnd() async throws {
        let log = try Log(JSONObject([("start", "end")]))
        try log.append("old\nhalf")
        #expect(try await log.run() == [])
        try log.append(" a line\nnew\n")
        #expect(try await log.run() == ["half a line", "new"])
    }

    @Test func linesCanBeJSONAndCSV() async throws {
        let json = try Log(JSONObject([("format", "jsonl")]))
        try json.append("{\"line\":\"a\"}\n{\"line\":")
        #expect(try await json.run() == ["a"])
        try json.append("\"b\"}\n")
        #expect(try await json.run() == ["b"])
        let csv = try Log(JSONObject([("format", "csv")]))
        try csv.append("line,n\nx,1\n")
        #expect(try await csv.run() == ["x"])
        try csv.append("y,2\n")
        #expect(try await csv.run() == ["y"])
        try csv.rename(to: "app.log-1")
        try csv.append("n,line\n3,z\n")
        #expect(try await csv.run() == ["z"])
    }

    @Test(arguments: ["lines", "jsonl"]) func theSourceKeepsTheContract(format: String) async throws {
        let log = try Log(JSONObject([("format", .string(format))]))
        let expected = (0..<200).map { JSONObject([("line", .string("line \($0) with some text"))]) }
        try log.append(
            expected.map { record in
                format == "jsonl" ? JSONValue.object(record).description : record["line"]?.stringValue ?? ""
            }.joined(separator: "\n") + "\nhalf")
        try await SourceContract(log.source, blockSize: 300).run()
        let records = try await StreamReading(log.source.streams()[0]).records()
        #expect(records == expected)
    }

    @Test func bytesThatAreNoTextAreReplaced() async throws {
        let log = try Log()
        try log.folder.overwrite("app.log", at: 0, with: Array("caf".utf8) + [0xe9, 0x0a] + Array("grün\n".utf8))
        let reading = try await StreamReading(log.source.streams()[0])
        guard case .records(let batch, _, _, _)? = reading.elements.first else {
            Issue.record("nothing was read")
            return
        }
        var diagnostics = Diagnostics()
        let lines = try batch.opened(&diagnostics).records().map { $0.string("line") }
        #expect(lines == ["caf\u{fffd}", "grün"])
        #expect(diagnostics.warnings == [.repairedText: 1])
    }

    @Test func whatCannotBeFollowedIsRefused() async throws {
        let log = try Log()
        let missing = await #expect(throws: CartloadError.self) { _ = try await log.run() }
        #expect(missing?.code.rawValue == "storage.not-found")
        log.settings["path"] = "/dev/null"
        let device = await #expect(throws: CartloadError.self) { _ = try await log.run() }
        #expect(device?.code.rawValue == "storage.not-a-file")
        log.settings["path"] = .string(log.folder.path)
        let folder = await #expect(throws: CartloadError.self) { _ = try await log.run() }
        #expect(folder?.code.rawValue == "storage.is-folder")
        try log.append("a\n")
        log.settings["path"] = .string("\(log.folder.path)/app.log")
        log.checkpoint = Checkpoint(["files": [:]])
        let foreign = await #expect(throws: CartloadError.self) { _ = try await log.run() }
        #expect(foreign?.code.rawValue == "batch.checkpoint")
    }

    @Test func aLineWithoutAnEndIsBounded() async throws {
        let log = try Log(JSONObject([("max_record_bytes", 1000)]))
        try log.append(String(repeating: "x", count: 5000) + "\n")
        let error = await #expect(throws: CartloadError.self) { _ = try await log.run() }
        #expect(error?.code.rawValue == "record.too-long")
    }
}
