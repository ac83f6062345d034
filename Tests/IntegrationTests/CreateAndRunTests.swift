// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Testing

/// The workflow that the vendor documents, as `Snippets/CreateAndRun.swift` has it, against a server.
@Suite struct CreateAndRunTests {
    private static var snippet: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: ".build/debug/CreateAndRun")
    }

    @Test(arguments: [true, false]) func everyRecordComesBackInItsPlace(asRows: Bool) throws {
        let sandbox = try Sandbox()
        let server = try RunningServer(in: sandbox)
        let count = 1000
        let records = (0..<count).map { asRows ? "[\($0)]" : "{\"value\":\($0)}" }
        let text = ((asRows ? ["[\"value\"]"] : []) + records).joined(separator: ",")
        try sandbox.write("[\(text)]", to: "inputs.json")
        let said = try sandbox.shell(
            "CSPARK_BASE_URL=\(server.url)/demo '\(Self.snippet.path())' inputs.json outputs.json")
        #expect(said.contains("processed \(count) records"))
        let outputs = try JSONValue(parsing: sandbox.text("outputs.json")).arrayValue ?? []
        #expect(outputs == (0..<count).map { ["value": .int($0 * 2)] })
    }
}
