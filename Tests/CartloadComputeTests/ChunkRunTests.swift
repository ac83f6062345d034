// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Synchronization
import TestSupport
import Testing

@testable import CartloadCompute

@Suite struct ChunkRunTests {
    /// Doubles amounts; one below zero fails, 7 has a warning.
    private static let typed = Service(
        serviceID: "s", versionID: "v", folder: "f", name: "typed", version: "1",
        inputs: [
            ServiceField("id", .integer), ServiceField("amount", .number, defaultValue: Bytes("1")),
            ServiceField("note", .string, isOptional: true), ServiceField("flag", .boolean, isOptional: true),
            ServiceField("list", .array, isOptional: true),
        ],
        outputs: ["id", "total", "note"], subservices: ["short": ["total"]],
        runner: ClosureRunner(records: { call in
            var outputs: [String] = []
            var problems: [RecordProblem] = []
            for record in 0..<call.records.count {
                let input = try JSONValue(parsing: call.records[record])
                let amount = input["amount"]?.doubleValue ?? 0
                if amount < 0 {
                    problems.append(
                        RecordProblem(
                            record: record, message: "it is below 0", path: "amount", category: "service_error",
                            type: "range", details: ["limit": 0]))
                }
                if amount == 7 {
                    problems.append(
                        RecordProblem(record: record, severity: .warning, message: "it is 7", path: "amount"))
                }
                var output = JSONObject([("id", input["id"] ?? .null), ("total", .double(amount * 2))])
                output["note"] = input["note"]
                output["extra"] = input["common"]
                outputs.append(JSONValue.object(output).description)
            }
            return ServiceOutcome(outputs: Rows(outputs), problems: problems, times: outputs.map { _ in 0.5 })
        }))

    private static let open = Service(
        serviceID: "o", versionID: "o", folder: "f", name: "open", version: "1", runner: ClosureRunner { $0 })

    /// Gives records back as they are.
    private static let echo = Service(
        serviceID: "e", versionID: "e", folder: "f", name: "echo", version: "1",
        inputs: [ServiceField("id", .integer), ServiceField("note", .string)], outputs: ["id", "note", "p"],
        runner: ClosureRunner(records: { ServiceOutcome(outputs: $0.records) }))

    private static func run(
        _ service: Service, _ data: String, outputs: [String] = [], subservices: [String] = [], keys: [String] = [],
        calls: ((ServiceCall) -> Void)? = nil
    ) throws -> ChunkResult {
        let worker = try service.runner.makeWorker()
        let run = ChunkRun(
            service: service,
            selection: try OutputSelection(outputs: outputs, subservices: subservices, of: service), keys: keys,
            now: { .zero },
            call: { call in
                calls?(call)
                return IsolatedOutcome(outcome: try worker.run(call))
            })
        return try run.result(id: "c\"1", input: Bytes(data))
    }

    private struct Case {
        var title: String
        var isOpen = false
        var data: String
        var outputs: [String] = []
        var subservices: [String] = []
        var keys: [String] = []
    }

    private static let cases = [
        Case(title: "rows", data: #"{"inputs":[["id","amount"],[1,2.5],[2,100]]}"#),
        Case(title: "objects", data: #"{"inputs":[{"id":1,"amount":2.5},{"amount":100,"id":2}]}"#),
        Case(title: "a failed record in rows", data: #"{"inputs":[["id","amount"],[1,1],[2,-1],[3,3]]}"#),
        Case(title: "a failed record in objects", data: #"{"inputs":[{"id":1,"amount":-1},{"id":2}]}"#),
        Case(title: "all records failed", data: #"{"inputs":[["id","amount"],[1,-1],[2,-1]]}"#),
        Case(title: "a warning", data: #"{"inputs":[["id","amount"],[1,7],[2,7]]}"#),
        Case(title: "an unknown column", data: #"{"inputs":[["id","x"],[1,1],[2,2]]}"#),
        Case(title: "an unknown member, told once", data: #"{"inputs":[{"id":1},{"id":2,"x":1},{"id":3,"x":1}]}"#),
        Case(title: "a missing input", data: #"{"inputs":[["amount"],[1],[-1]]}"#),
        Case(title: "a missing input of one object", data: #"{"inputs":[{"id":1},{"amount":2},{"id":3}]}"#),
        Case(
            title: "wrong types",
            data:
                #"{"inputs":[{"id":1.5},{"id":"1"},{"id":1,"amount":"x","note":5},{"id":1,"flag":0},{"id":1,"list":{}}]}"#
        ),
        Case(title: "nulls", data: #"{"inputs":[{"id":null},{"id":1,"amount":null},{"id":2,"note":null}]}"#),
        Case(
            title: "a parameter in place of a value",
            data: #"{"inputs":[{},{"id":5}],"parameters":{"id":9,"amount":4}}"#),
        Case(
            title: "parameters that are no inputs",
            data: #"{"inputs":[{"id":1},{"id":2,"common":3}],"parameters":{"common":40}}"#),
        Case(title: "large and precise numbers", data: #"{"inputs":[["id"],[123456789012345678901234567890]]}"#),
        Case(title: "selected outputs", data: #"{"inputs":[["id"],[1]]}"#, outputs: ["total", "id"]),
        Case(title: "a subservice", data: #"{"inputs":[{"id":1}]}"#, subservices: ["short"]),
        Case(
            title: "a subservice and an output", data: #"{"inputs":[["id"],[1]]}"#, outputs: ["note"],
            subservices: ["short"]),
        Case(title: "keys that are no inputs", data: #"{"inputs":[["key","id"],["k",1]]}"#, keys: ["key"]),
        Case(title: "no records at all", data: #"{"inputs":[]}"#),
        Case(title: "a row of names alone", data: #"{"inputs":[["id"]]}"#),
        Case(
            title: "a summary",
            data:
                #"{"inputs":[["id","amount"],[1,1],[2,2]],"summary":{"aggregation":[{"output_name":"total","operator":"SUM"},{"output_name":"total","operator":"avg"},{"output_name":"id","operator":"MAX"}]}}"#
        ),
        Case(
            title: "a summary with a failed record",
            data:
                #"{"inputs":[["id","amount"],[1,1],[2,-2]],"summary":{"aggregation":[{"output_name":"total","operator":"SUM"}]}}"#
        ),
        Case(
            title: "a summary that ignores errors",
            data:
                #"{"inputs":[["id","amount"],[1,1],[2,-2]],"summary":{"ignore_error":true,"aggregation":[{"output_name":"total","operator":"SUM"}]}}"#
        ),
        Case(
            title: "a summary alone",
            data:
                #"{"inputs":[["id","amount"],[1,1],[2,-2]],"summary":{"return_all_records":false,"ignore_error":true,"aggregation":[{"output_name":"total","operator":"COUNT"}]}}"#
        ),
        Case(
            title: "a summary of no records",
            data:
                #"{"inputs":[["id"]],"summary":{"aggregation":[{"output_name":"total","operator":"SUM"},{"output_name":"total","operator":"MIN"}]}}"#
        ),
        Case(title: "open: rows with different outputs", isOpen: true, data: #"{"inputs":[["a","b"],[1,2],[3,4]]}"#),
        Case(title: "open: objects with different members", isOpen: true, data: #"{"inputs":[{"a":1},{"b":2},{}]}"#),
        Case(
            title: "open: nested tables", isOpen: true, data: #"{"inputs":[["A","B"],[1,[["B1","B2"],[6,3],[9,4]]]]}"#),
        Case(
            title: "open: parameters and rows", isOpen: true,
            data: #"{"inputs":[["a"],[1]],"parameters":{"a":5,"p":[1,{"x":null}]}}"#),
        Case(
            title: "open: names that need escapes", isOpen: true, data: #"{"inputs":[["a\"b","ü\n"],["\u0041","😀"]]}"#),
        Case(
            title: "open: selected outputs", isOpen: true, data: #"{"inputs":[{"a":1,"b":2},{"b":3}]}"#,
            outputs: ["b", "c"]),
        Case(title: "open: no records", isOpen: true, data: #"{"inputs":[["a"]]}"#),
    ]

    @Test func theTextsOfResultsAreAsTheyWere() throws {
        var text = ""
        for one in ChunkRunTests.cases {
            text += "== \(one.title)\n\(one.data)\n"
            let result = try ChunkRunTests.run(
                one.isOpen ? ChunkRunTests.open : ChunkRunTests.typed, one.data, outputs: one.outputs,
                subservices: one.subservices, keys: one.keys)
            text += result.text.text + "\n"
            let outcome = result.outcome
            text += "failed \(outcome.failedCount), time \(outcome.computeTime)\n"
            #expect(outcome.outputBytes == result.text.count)
            // Slots always align with the input.
            let value = try JSONValue(parsing: result.text)
            let count = try ChunkData(Bytes(one.data)).records.count
            #expect(value["errors"]?.arrayValue?.count == count, "\(one.title)")
            #expect(value["warnings"]?.arrayValue?.count == count, "\(one.title)")
            if !one.data.contains("return_all_records") {
                #expect(value["process_time"]?.arrayValue?.count == count, "\(one.title)")
                let isRows = one.data.hasPrefix(#"{"inputs":[["#)
                #expect(value["outputs"]?.arrayValue?.count == count + (isRows ? 1 : 0), "\(one.title)")
            }
        }
        Golden.expect(text, is: "chunk-results.txt")
    }

    @Test(arguments: [1, 2, 3])
    func largeChunksAreRunInPartsAndComeTogether(form: Int) throws {
        let filler = String(repeating: "x", count: 100_000)
        let count = 200
        let isRows = form == 1
        let failed = form == 3 ? [9, 59, 109, 159] : []
        let elements = (0..<count).map { number -> String in
            let id = failed.contains(number) ? "null" : "\(number)"
            return isRows ? "[\(id),\"\(filler)\"]" : "{\"id\":\(id),\"note\":\"\(filler)\"}"
        }
        let inputs = "[" + (isRows ? ["[\"id\",\"note\"]"] + elements : elements).joined(separator: ",") + "]"
        let sizes = Mutex<[Int]>([])
        let result = try ChunkRunTests.run(
            ChunkRunTests.echo,
            #"{"inputs":\#(inputs),"summary":{"aggregation":[{"output_name":"id","operator":"SUM"}],"ignore_error":true}}"#,
            outputs: ["id"]
        ) { call in sizes.withLock { $0.append(call.records.bytes.count) } }
        let calls = sizes.withLock { $0 }
        #expect(calls.count == 3)
        #expect(calls.allSatisfy { $0 <= ChunkRun.callBytes + 1000 })
        let value = try JSONValue(parsing: result.text)
        let outputs = (value["outputs"]?.arrayValue ?? []).dropFirst(isRows ? 1 : 0)
        let ids: [Int?] = outputs.map { $0.arrayValue?.first?.intValue ?? $0["id"]?.intValue }
        let wanted: [Int?] = (0..<count).map { failed.contains($0) ? nil : $0 }
        #expect(ids == wanted)
        let sum = wanted.reduce(0) { $0 + ($1 ?? 0) }
        #expect(value["summary_output"]?.description == "[[\"id\"],[\(sum)]]")
        #expect(result.outcome.failedCount == failed.count)
    }

    @Test func aParameterIsSharedByManyRecordsWithinBounds() throws {
        let filler = String(repeating: "x", count: 1_000_000)
        let sizes = Mutex<[Int]>([])
        let records = Array(repeating: #"{"id":1,"note":""}"#, count: 20).joined(separator: ",")
        let result = try ChunkRunTests.run(
            ChunkRunTests.echo, #"{"inputs":[\#(records)],"parameters":{"p":"\#(filler)"}}"#, outputs: ["id"]
        ) { call in sizes.withLock { $0.append(call.records.bytes.count) } }
        #expect(sizes.withLock { $0.allSatisfy { $0 <= ChunkRun.callBytes + 1000 } })
        #expect(result.outcome.failedCount == 0)
        #expect(sizes.withLock { $0.count } == 3)
    }

    @Test(arguments: ["few", "many", "nothing", "problem", "times"])
    func aServiceThatLosesStepIsNoCrash(how: String) throws {
        let service = Service(
            serviceID: "s", versionID: "v", folder: "f", name: "odd", version: "1",
            runner: ClosureRunner(records: { call in
                switch how {
                case "few": ServiceOutcome(outputs: Rows(["{}"]))
                case "many": ServiceOutcome(outputs: Rows(["{}", "{}", "{}"]))
                case "nothing": ServiceOutcome(outputs: Rows(["{}", ""]))
                case "problem":
                    ServiceOutcome(outputs: Rows(["{}", "{}"]), problems: [RecordProblem(record: 5, message: "x")])
                default: ServiceOutcome(outputs: Rows(["{}", "{}"]), times: [1])
                }
            }))
        #expect(throws: WorkerLoss.self) { try ChunkRunTests.run(service, #"{"inputs":[{},{}]}"#) }
    }

    @Test(arguments: [(Double.nan, "0"), (.infinity, "1000000000"), (-1, "0"), (1e300, "1000000000"), (1.5, "1.5")])
    func aTimeThatIsNoneIsNoCrash(time: Double, text: String) throws {
        let service = Service(
            serviceID: "s", versionID: "v", folder: "f", name: "odd", version: "1",
            runner: ClosureRunner(records: { ServiceOutcome(outputs: $0.records, times: [time]) }))
        let result = try ChunkRunTests.run(service, #"{"inputs":[{}]}"#)
        #expect(result.text.text.hasSuffix(#""process_time":[\#(text)]}"#))
    }

    @Test func aSelectionOfWhatIsNotThereIsRefused() {
        for (outputs, subservices) in [(["x"], []), ([], ["y"])] as [([String], [String])] {
            #expect(throws: CartloadError.self) {
                try OutputSelection(outputs: outputs, subservices: subservices, of: ChunkRunTests.typed)
            }
        }
    }

    @Test(
        arguments: [
            (#"{"inputs":[],"parameters":{"id":"x"}}"#, [], "data.parameters.id"),
            (#"{"inputs":[],"parameters":{"id":1.5}}"#, [], "data.parameters.id"),
            (#"{"inputs":[["id"],[1]]}"#, ["key"], "data.inputs"),
            (
                #"{"inputs":[],"summary":{"aggregation":[{"output_name":"x","operator":"SUM"}]}}"#, [],
                "summary.aggregation.output_name"
            ),
        ] as [(String, [String], String)])
    func aChunkThatIsNotForTheServiceIsRefused(data: String, keys: [String], field: String) throws {
        let chunk = try PushedChunk(Bytes(#"{"data":\#(data)}"#))
        do {
            try ChunkRunTests.typed.check(chunk, keys: keys)
            Issue.record("it was taken")
        } catch let error as CartloadError {
            #expect(error.location.field == field)
        }
    }
}
