// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Foundation
import Testing

@testable import CartloadCore

@Suite struct TimeZoneRulesTests {
    static let names = TimeZone.knownTimeZoneIdentifiers.filter {
        FileManager.default.fileExists(atPath: "\(TimeZoneRules.systemDirectory)/\($0)")
    }

    /// What `date` says, in a process of its own: the C library's zone belongs to all of one.
    private func systemOffsets(_ zone: String, _ seconds: [Int]) throws -> [Int] {
        let date = Process()
        date.executableURL = URL(filePath: "/bin/date")
        date.arguments = ["-f", "-", "+%::z"]
        date.environment = ["TZ": zone, "LC_ALL": "C"]
        let (input, output) = (Pipe(), Pipe())
        (date.standardInput, date.standardOutput) = (input, output)
        try date.run()
        input.fileHandleForWriting.write(Data(seconds.map { "@\($0)\n" }.joined().utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        date.waitUntilExit()
        return text.split(separator: "\n").map { line in
            let parts = line.dropFirst().split(separator: ":").compactMap { Int($0) }
            return parts.reduce(0) { $0 * 60 + $1 } * (line.hasPrefix("-") ? -1 : 1)
        }
    }

    @Test func `Zones agree with the system's clock`() throws {
        #expect(Self.names.count > 300)
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for name in Self.names.shuffled(using: &random).prefix(80) + ["Africa/Casablanca", "Pacific/Apia"] {
            let rules = try TimeZoneRules(name)
            // 1900 to 2400.
            let times = (0..<100).map { _ in Int.random(in: -2_208_988_800...13_569_465_600, using: &random) }
            let ours = times.map { rules.secondsEast(at: Instant(seconds: Int64($0))) }
            #expect(try systemOffsets(name, times) == ours, "seed \(seed): \(name)")
        }
    }

    @Test func `A local time that does not exist is the moment of the change, one that exists twice the first`() throws
    {
        let berlin = try TimeZoneRules("Europe/Berlin")
        func instant(_ text: String) throws -> String {
            berlin.instant(ofLocal: try #require(Instant(text)).seconds).description
        }
        #expect(try instant("2024-03-31T01:59:59") == "2024-03-31T00:59:59Z")
        #expect(try instant("2024-03-31T02:00:00") == "2024-03-31T01:00:00Z")
        #expect(try instant("2024-03-31T02:30:00") == "2024-03-31T01:00:00Z")
        #expect(try instant("2024-03-31T03:00:00") == "2024-03-31T01:00:00Z")
        #expect(try instant("2024-10-27T02:30:00") == "2024-10-27T00:30:00Z")
        #expect(try instant("2024-10-27T03:00:00") == "2024-10-27T02:00:00Z")
        #expect(try instant("2190-07-01T12:00:00") == "2190-07-01T10:00:00Z")
    }

    @Test(
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2050-03-27T00:59:59Z", 3600),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2050-03-27T01:00:00Z", 7200),
            ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2050-07-01T00:00:00Z", -7200),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2050-01-01T00:00:00Z", 39_600), ("<+0545>-5:45", "2050-01-01", 20_700),
            ("EST5EDT,J60/2,J300/2", "2048-03-01T06:59:59Z", -18_000),
            ("EST5EDT,J60/2,J300/2", "2048-03-01T07:00:00Z", -14_400),
            ("XXX3YYY,59/0,300", "2049-03-01T02:59:59Z", -10_800), ("XXX3YYY,59/0,300", "2049-03-01T03:00:00Z", -7200),
        ] as [(String, String, Int)])
    func `Rules for years to come are understood`(rule: String, time: String, east: Int) throws {
        let zone = try #require(RecurringZone(parsing: rule[...]))
        #expect(zone.secondsEast(at: try #require(Instant(time)).seconds) == east)
    }

    @Test(arguments: [
        "../../../etc/passwd", "/etc/localtime", "", "Europe", "Europe/", "Europe//Berlin", "Europe/Nowhere",
        "Europe/Berlin\u{0}", ".", "..", "tzdata.zi", "a/b/c/d/e",
    ])
    func `A name that is no zone is refused`(name: String) {
        let error = #expect(throws: CartloadError.self) { try TimeZoneRules(name) }
        #expect(error?.code == .timeZone)
    }

    @Test(arguments: 0..<100) func `Damaged rules are refused or read, and never trap`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let path = "\(TimeZoneRules.systemDirectory)/\(Self.names.randomElement(using: &random) ?? "")"
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        #expect(throws: Never.self) { try TimeZoneRules(name: "x", contents: bytes) }
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        for _ in 0..<Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
            bytes[Int.random(in: 0..<min(bytes.count, 200), using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        guard let rules = try? TimeZoneRules(name: "x", contents: bytes) else { return }
        for seconds in stride(from: -62_135_596_800, through: 253_402_300_799, by: 9_999_999_999) {
            _ = rules.instant(ofLocal: seconds)
        }
    }
}
