// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import CartloadFlow
import TestSupport
import Testing

@testable import CartloadCommands

@Suite struct FlowFileTests {
    private func flow(_ yaml: String) throws -> FlowDefinition {
        let document = try ConfigurationDocument(parsing: yaml, source: "flow.yaml")
        return try FlowDefinition(document.value, name: "flow", positions: document.positions)
    }

    @Test func everyPartIsRead() throws {
        let flow = try flow(
            """
            name: flights
            source: {files: {path: "data/*.csv.gz", batch: {by: [year, month, day]}}}
            streams: [a, b]
            processors:
              - filter: "carrier = 'AA'"
              - hash: {fields: [tailnum]}
              - flatten
            batch: {by: carrier, records: 10000, bytes: 64MB}
            destinations:
              - sqlite: {path: flights.db, table: flights}
                processors: [{drop: [x]}]
                batch: {records: 5}
              - out/{key}-{n}.jsonl.gz
              - memory:
            checkpoint: {records: 1000, seconds: 2.5}
            on_error: {policy: reject, file: rejects.jsonl, limit: 1000}
            schema: {type: object}
            validate: false
            """)
        #expect(flow.name == "flights")
        #expect(flow.source.name == "files")
        #expect(flow.source.path == "source.files")
        #expect(flow.streams == ["a", "b"])
        #expect(flow.processors.map(\.name) == ["filter", "hash", "flatten"])
        #expect(flow.processors[0].value == "carrier = 'AA'")
        #expect(flow.processors[1].location == Location(source: "flow.yaml", line: 6))
        #expect(flow.batching?.by == ["carrier"])
        #expect(flow.batching?.records == 10000)
        #expect(flow.batching?.bytes?.bytes == 64_000_000)
        #expect(flow.destinations.map(\.end.name) == ["sqlite", "out/{key}-{n}.jsonl.gz", "memory"])
        #expect(flow.destinations[0].end.path == "destinations[0].sqlite")
        #expect(flow.destinations[0].processors.map(\.name) == ["drop"])
        #expect(flow.destinations[0].batching?.records == 5)
        #expect(flow.checkpoint == FlowCheckpoint(records: 1000, seconds: 2.5))
        #expect(flow.onError == .reject(file: "rejects.jsonl", limit: 1000))
        #expect(flow.schema == .inline(JSONObject([("type", "object")])))
        #expect(!flow.validates)
    }

    @Test func theShortFormIsEnough() throws {
        let flow = try flow("source: a.csv\ndestination: b.jsonl\non_error: reject\n")
        #expect(flow.name == "flow")
        #expect(flow.source.form == .endpoint("a.csv"))
        #expect(flow.destinations[0].end.form == .endpoint("b.jsonl"))
        #expect(flow.checkpoint == FlowCheckpoint())
        #expect(flow.onError == .reject(file: nil, limit: nil))
        #expect(flow.validates)
    }

    @Test func whatIsToldOfMistakesIsGolden() {
        let ends = "source: a.csv\ndestination: b\n"
        let files = [
            "", "- a\n", "sorce: a\n", "source: a\n", "destination: a\n", "\(ends)destinations: [c]\n",
            "\(ends)procesors: []\n", "\(ends)processors: {filter: x}\n",
            "\(ends)processors:\n  - filter: x\n    hash: y\n",
            "\(ends)processors: [3]\n", "\(ends)batch: 5\n", "\(ends)batch: {}\n", "\(ends)batch: {size: 5}\n",
            "\(ends)batch: {records: 0}\n", "\(ends)batch:\n  records: 5\n  bytes: 5 bananas\n",
            "\(ends)batch: {records: many}\n", "\(ends)checkpoint: {records: -1}\n",
            "\(ends)checkpoint: {seconds: 0}\n",
            "\(ends)on_error: ignore\n", "\(ends)on_error: {policy: ignore}\n", "\(ends)on_error: {file: x}\n",
            "\(ends)on_error: {policy: reject, limit: -1}\n", "\(ends)schema: 5\n", "\(ends)validate: no\n",
            "\(ends)streams: 5\n", "source: [a]\ndestination: b\n", "source: {files: 5}\ndestination: b\n",
            "source: {files: {path: a}, sqlite: {}}\ndestination: b\n", "source: {}\ndestination: b\n",
            "source: a\ndestinations:\n  - files: {path: a}\n    sqlite: {}\n",
            "source: a\ndestinations:\n  - files: {path: a}\n    batch: {record: 5}\n",
        ]
        var text = ""
        for yaml in files {
            text += "\(yaml)---\n"
            do {
                _ = try flow(yaml)
                text += "no error\n\n"
            } catch {
                text += "\(error)\n\n"
            }
        }
        Golden.expect(text, is: "errors/flow.txt")
    }

    @Test func whatIsToldOfMistakesInLinksIsGolden() {
        let ends = "source: a.csv\ndestination: b\n"
        let files = [
            "links: 5\n", "links: []\n", "links:\n  - 5\n", "links:\n  - {source: a, destination: b}\n",
            "links:\n  - {name: a, source: a, destination: b}\n  - {name: a, source: c, destination: d}\n",
            "source: a\nlinks:\n  - {name: a, source: a, destination: b}\n",
            "links:\n  - name: a\n    source: a\n    destination: b\n    batch: {records: 0}\n",
            "links:\n  - name: a\n    destination: b\n",
            "\(ends)inlets: [c]\n", "inlets: [a, a]\ndestination: b\n", "inlets: [{name: x}]\ndestination: b\n",
            "inlets:\n  - {on_failure: sometimes, files: {path: a}}\ndestination: b\n",
            "inlets:\n  - {on_failure: {attempts: 0}, files: {path: a}}\ndestination: b\n",
            "\(ends)schedule: 5m\n", "\(ends)schedule: {}\n", "\(ends)schedule: {every: 5m, cron: \"@daily\"}\n",
            "\(ends)schedule: {every: 0s}\n", "\(ends)schedule: {every: -5s}\n", "\(ends)schedule: {every: soon}\n",
            "\(ends)schedule: {cron: \"0 0 30 2 *\"}\n", "\(ends)schedule: {cron: \"61 * * * *\"}\n",
            "\(ends)schedule: {cron: \"0 6 * * *\", zone: Europe/Nowhere}\n",
            "\(ends)schedule: {every: 5s, overlap: never}\n", "\(ends)schedule: {every: 5s, overlap: {allow: 0}}\n",
            "\(ends)schedule: {every: 5s, missed: {run_all: 0}}\n", "\(ends)schedule: {every: 5s, jitter: 10s}\n",
            "\(ends)buffer: {}\n", "\(ends)buffer: {records: 0}\n", "\(ends)buffer: {bytes: many}\n",
            "\(ends)buffer: {check: \"a >\"}\n", "\(ends)buffer: {age: 1s, release: exact}\n",
            "\(ends)batchers: pairs\n", "\(ends)batchers: [triples]\n", "\(ends)batchers: [{by: \"a +\"}]\n",
            "\(ends)batchers: [{records: 0}]\n", "\(ends)batchers: [{bytes: {oversize: alone}}]\n",
            "\(ends)batchers: [{window: {field: at}}]\n", "\(ends)ordering: random\n", "\(ends)gather: 0\n",
            "\(ends)inlet_concurrency: 0\n",
        ]
        var text = ""
        for yaml in files {
            text += "\(yaml)---\n"
            do {
                let document = try ConfigurationDocument(parsing: yaml, source: "flow.yaml")
                let flows = try FlowDefinition.all(document.value, name: "flow", positions: document.positions)
                for step in flows.flatMap(\.link.batchers) { _ = try Batchers.make(step) }
                text += "no error\n\n"
            } catch {
                text += "\(error)\n\n"
            }
        }
        Golden.expect(text, is: "errors/links.txt")
    }

    @Test(arguments: [
        ("flow.yaml", "flow"), ("a/b/flights.flow.yml", "flights.flow"), ("x", "x"), ("/a/.hidden", ".hidden"),
    ])
    func aFlowIsNamedAfterItsFile(path: String, name: String) {
        #expect(FlowFile.name(of: path) == name)
    }
}
