// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadStorage

/// A file of other programs' JSON, such as a catalog or a state: nothing is put in from the environment.
enum JSONFile {
    /// The longest file that is read (I7).
    static let maximumBytes = 256 << 20

    /// - Throws: `CartloadError` located in the file; an empty file is null.
    static func read(_ path: String) throws -> JSONValue {
        let reader = try path == "-" ? FileReader.standardInput() : FileReader(path: path)
        var text = BytesBuilder(capacity: 1 << 16)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { block.deallocate() }
        while true {
            let count = try reader.read(into: block)
            if count == 0 { break }
            text.append(UnsafeRawBufferPointer(rebasing: block[..<count]))
            guard text.count <= maximumBytes else {
                throw CartloadError(
                    .configurationTooLarge, "the file is longer than \(maximumBytes) bytes", at: Location(source: path))
            }
        }
        let bytes = text.finish()
        if bytes.withUnsafeBytes({ $0.allSatisfy { $0 <= 0x20 } }) { return .null }
        do { return try JSONValue(parsing: bytes) } catch let error as CartloadError {
            throw error.located(Location(source: path))
        }
    }

    /// What a file says, with errors located in it.
    static func read<Value>(_ path: String, _ make: (JSONValue) throws -> Value) throws -> Value {
        do { return try make(read(path)) } catch let error as CartloadError {
            throw error.located(Location(source: path))
        }
    }
}
