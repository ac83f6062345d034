// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension TimeZoneRules {
    /// Where the system keeps its rules.
    public static let systemDirectory = "/usr/share/zoneinfo"
    /// The largest file of rules that is read; real ones have a few kB (I7).
    private static let maximumBytes = 1 << 20

    /// The zone of a name such as `Europe/Berlin`.
    ///
    /// - Throws: `CartloadError` with code `batch.time-zone` for a name that the directory does not have.
    public init(_ name: String, directory: String = TimeZoneRules.systemDirectory) throws {
        if name == "UTC" || name == "Z" {
            self = .utc
            return
        }
        // A name comes from a configuration, and must not lead out of the directory (I8).
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == 0x2b || byte == 0x2d || byte == 0x5f
                }
        }
        guard isPlain, parts.count <= 4, let bytes = TimeZoneRules.contents("\(directory)/\(name)") else {
            throw CartloadError(
                .timeZone, "there is no time zone \"\(name)\"",
                advice: "Write a name such as Europe/Berlin or UTC; the package tzdata has the rules.")
        }
        try self.init(name: name, contents: bytes)
    }

    private static func contents(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maximumBytes)
        var count = 0
        while count < bytes.count {
            let taken = bytes.withUnsafeMutableBytes { room in
                Glibc.read(descriptor, room.baseAddress.map { $0 + count }, room.count - count)
            }
            if taken < 0 {
                guard errno == EINTR else { return nil }
                continue
            }
            if taken == 0 { return Array(bytes[..<count]) }
            count += taken
        }
        return nil
    }

    /// The rules in a TZif file (RFC 8536), of version 1 or later.
    public init(name: String, contents: [UInt8]) throws {
        guard let rules = TimeZoneFile(contents)?.rules(name) else {
            throw CartloadError(
                .timeZone, "the rules of the time zone \"\(name)\" cannot be read", advice: "Install tzdata anew.")
        }
        self = rules
    }
}

/// What stands in a TZif file.
private struct TimeZoneFile {
    private struct Counts {
        var isUTC = 0
        var isStandard = 0
        var leaps = 0
        var times = 0
        var types = 0
        var characters = 0

        func byteCount(_ width: Int) -> Int {
            times * (width + 1) + types * 6 + characters + leaps * (width + 4) + isStandard + isUTC
        }
    }

    private let bytes: [UInt8]
    private let width: Int
    private let counts: Counts
    /// Where the data begin.
    private let start: Int

    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard let first = TimeZoneFile.header(bytes, 0) else { return nil }
        if bytes[4] == 0 {
            width = 4
            counts = first
            start = 44
        } else {
            // Later versions repeat all with 64 bits.
            let second = 44 + first.byteCount(4)
            guard let header = TimeZoneFile.header(bytes, second) else { return nil }
            width = 8
            counts = header
            start = second + 44
        }
        guard start + counts.byteCount(width) <= bytes.count, counts.types > 0 else { return nil }
    }

    private static func header(_ bytes: [UInt8], _ at: Int) -> Counts? {
        guard at >= 0, at + 44 <= bytes.count, bytes[at..<at + 4].elementsEqual("TZif".utf8) else { return nil }
        let numbers = (0..<6).map { number(bytes, at + 20 + $0 * 4, 4) }
        guard numbers.allSatisfy({ (0...1 << 20).contains($0) }) else { return nil }
        return Counts(
            isUTC: numbers[0], isStandard: numbers[1], leaps: numbers[2], times: numbers[3], types: numbers[4],
            characters: numbers[5])
    }

    /// A big-endian signed number.
    private static func number(_ bytes: [UInt8], _ at: Int, _ width: Int) -> Int {
        let value = bytes[at..<at + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return width == 4 ? Int(Int32(truncatingIfNeeded: value)) : Int(Int64(bitPattern: value))
    }

    func rules(_ name: String) -> TimeZoneRules? {
        let changes = (0..<counts.times).map { TimeZoneFile.number(bytes, start + $0 * width, width) }
        let indices = bytes[(start + counts.times * width)...].prefix(counts.times)
        let types = start + counts.times * (width + 1)
        let east = (0..<counts.types).map { TimeZoneFile.number(bytes, types + $0 * 6, 4) }
        guard indices.allSatisfy({ $0 < counts.types }), east.allSatisfy({ abs($0) < 86_400 }),
            zip(changes, changes.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        var future: RecurringZone?
        if width == 8 {
            let footer = bytes[(start + counts.byteCount(width))...]
            guard footer.first == 10, let end = footer.dropFirst().firstIndex(of: 10) else { return nil }
            let text = String(decoding: footer[(footer.startIndex + 1)..<end], as: UTF8.self)
            if !text.isEmpty {
                guard let rule = RecurringZone(parsing: text[...]) else { return nil }
                future = rule
            }
        }
        return TimeZoneRules(
            name: name, changes: changes, offsets: [east[0]] + indices.map { east[Int($0)] }, future: future)
    }
}
