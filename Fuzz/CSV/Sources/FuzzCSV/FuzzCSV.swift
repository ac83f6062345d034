// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadTesting

/// Reads any bytes as CSV in two ways and compares; the first bytes choose the options and the block size.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    guard size > 3 else { return 0 }
    let bytes = Bytes(copying: UnsafeRawBufferPointer(start: data + 3, count: size - 3))
    var options = CSVOptions.csv
    let choice = data[0]
    if choice & 1 != 0 { options.delimiter = UInt8(ascii: ",") }
    if choice & 2 != 0 { options.escape = UInt8(ascii: "\\") }
    if choice & 4 != 0 { options.header = .absent }
    if choice & 8 != 0 { options.shortRecords = .pad }
    if choice & 16 != 0 { options.nullTexts = ["NULL", ""] }
    if choice & 32 != 0 { options.quote = nil }
    if choice & 64 != 0 { options.infersTypes = false }
    options.sampledRecords = choice & 128 != 0 ? 1 : 20_000
    let whole = read(bytes, options, blockSize: 1 << 20, piece: .max, limit: nil)
    let pieces = read(
        bytes, options, blockSize: Int(data[1]) + 16, piece: Int(data[2] & 15) + 1,
        limit: data[2] & 16 != 0 ? Int(data[2] >> 5) + 1 : nil)
    // The columns of a block are as wide as its values ask for, so texts are compared only where types are not inferred.
    expect(whole.error == pieces.error, "\(whole.error ?? "none") became \(pieces.error ?? "none")")
    expect(whole.count == pieces.count, "\(whole.count) records became \(pieces.count)")
    expect(whole.counted == pieces.counted && whole.count == whole.counted, "records were miscounted")
    if !options.infersTypes {
        expect(whole.text == pieces.text, "records differ")
        expect(whole.rejects == pieces.rejects, "rejects differ")
    }
    return 0
}

struct Reading {
    var count = 0
    var counted = 0
    var text: [Bytes] = []
    var rejects: [Diagnostic] = []
    var error: String?
}

func read(_ bytes: Bytes, _ options: CSVOptions, blockSize: Int, piece: Int, limit: Int?) -> Reading {
    var reading = Reading()
    let format = CSVFormat(options)
    do {
        let splitter = try format.splitter(
            over: ScriptedReader(bytes, pieces: { _ in piece }), SplitOptions(blockSize: blockSize))
        while let block = try splitter.next(maximumRecords: limit) {
            var diagnostics = Diagnostics()
            let batch = try block.batch(format, splitter.decoder, source: "f").opened(&diagnostics)
            reading.count += (batch.count ?? 0) + diagnostics.rejects.count
            reading.counted += block.recordCount ?? 0
            reading.rejects += diagnostics.rejects
            // Without quotes not everything can be written, which is an error for a whole block.
            if options.quote == nil { continue }
            let encoded = try format.encoder().encode(batch, fields: nil, &diagnostics)
            for record in 0..<encoded.recordEnds.count {
                reading.text.append(encoded.bytes(ofRecords: record..<record + 1))
            }
        }
    } catch {
        reading.error = "\(error)"
    }
    return reading
}

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

/// The entry that SwiftPM looks for in an executable.
@_cdecl("FuzzCSV_main")
public func main(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
    var count = count
    var arguments = arguments
    return runFuzzer(&count, &arguments) { fuzzCSV($0, $1) }
}

/// Like `precondition`, but with its message in release builds too.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
