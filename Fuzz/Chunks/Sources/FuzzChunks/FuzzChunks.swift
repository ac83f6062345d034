// SPDX-License-Identifier: Apache-2.0

import CartloadCore

@testable import CartloadCompute

/// Reads any bytes as the body of a push and runs its chunks with services that give records back; the first byte chooses the
/// service and what is selected. Whatever is taken must come to a result that is JSON, with a slot for each record, whose
/// outputs are the inputs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChunks(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    guard size > 1 else { return 0 }
    let body = Bytes(copying: UnsafeRawBufferPointer(start: data + 1, count: size - 1))
    let choice = data[0]
    let chunks: [PushedChunk]
    do {
        chunks = try PushBody(body).chunks
    } catch {
        expect(error is CartloadError, "\(error)")
        return 0
    }
    let service = choice & 1 == 0 ? open : typed
    for chunk in chunks {
        again(chunk)
        if (try? service.check(chunk, keys: choice & 2 == 0 ? [] : ["a"])) == nil { continue }
        do {
            try run(chunk, service, isSelected: choice & 4 != 0)
        } catch {
            // Merged records may be larger or have more columns than there may be; nothing else can go wrong.
            let code = (error as? CartloadError)?.code
            expect(code == .blockTooLarge || code == .tooManyFields, "\(error): \(chunk.data.text)")
        }
    }
    return 0
}

/// The text that was kept is the same chunk when it is pushed again.
func again(_ chunk: PushedChunk) {
    let text = #"{"chunks":[{"data":\#(chunk.data.text),"id":\#(JSONValue.string(chunk.id))}]}"#
    do {
        let read = try PushBody(Bytes(text)).chunks
        expect(read == [chunk], "\(read) and \(chunk)")
        expect(read.first?.digest == chunk.digest, "another digest")
    } catch {
        fatalError("\(error): \(text)")
    }
}

func run(_ chunk: PushedChunk, _ service: Service, isSelected: Bool) throws {
    let worker = try service.runner.makeWorker()
    let selection = try OutputSelection(outputs: isSelected ? ["a"] : [], subservices: [], of: service)
    let run = ChunkRun(
        service: service, selection: selection, keys: [], now: { .zero },
        call: { IsolatedOutcome(outcome: try worker.run($0)) })
    let result = try run.result(id: chunk.id, input: chunk.data)
    let value: JSONValue
    do { value = try JSONValue(parsing: result.text) } catch { fatalError("\(error): \(result.text.text)") }
    let data = try ChunkData(chunk.data)
    expect(value["id"]?.stringValue == chunk.id, "another id")
    for name in ["errors", "warnings"] {
        expect(value[name]?.arrayValue?.count == chunk.recordCount, "\(name) are \(result.text.text)")
    }
    let failed = value["errors"]?.arrayValue?.count { !$0.isNull } ?? -1
    expect(failed == result.outcome.failedCount, "\(failed) have failed and not \(result.outcome.failedCount)")
    _ = try Aggregates(stored: result.outcome.aggregates)
    guard data.summary?.returnsAllRecords ?? true, let outputs = value["outputs"]?.arrayValue else { return }
    var isRows = false
    if case .rows = data.records.form { isRows = true }
    expect(outputs.count == chunk.recordCount + (isRows ? 1 : 0), "outputs are \(result.text.text)")
    guard service.inputs.isEmpty, !isSelected, data.parameters.members.isEmpty else { return }
    expect(failed == 0, "an echo has failed: \(result.text.text)")
    // Names that come twice in one record are somebody's own fault.
    let inputs = try JSONValue(parsing: chunk.data)["inputs"]?.arrayValue ?? []
    if !isRows {
        for (input, output) in zip(inputs, outputs) { expect(input == output, "\(input) has become \(output)") }
    } else if chunk.recordCount > 0 {
        expect(inputs == outputs, "\(inputs) have become \(outputs)")
    }
}

let open = Service(
    serviceID: "o", versionID: "o", folder: "f", name: "open", version: "1",
    runner: ClosureRunner(records: { ServiceOutcome(outputs: $0.records) }))

let typed = Service(
    serviceID: "t", versionID: "t", folder: "f", name: "typed", version: "1",
    inputs: [
        ServiceField("a", .integer), ServiceField("b", .number, defaultValue: Bytes("1")),
        ServiceField("c", .string, isOptional: true), ServiceField("d", .array, isOptional: true),
    ],
    outputs: ["a", "b", "c"], runner: ClosureRunner(records: { ServiceOutcome(outputs: $0.records) }))

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

/// The entry that SwiftPM looks for in an executable.
@_cdecl("FuzzChunks_main")
public func main(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
    var count = count
    var arguments = arguments
    return runFuzzer(&count, &arguments) { fuzzChunks($0, $1) }
}

/// Like `precondition`, but with its message in release builds too.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
