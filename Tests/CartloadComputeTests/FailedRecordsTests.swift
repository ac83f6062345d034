// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCompute

@Suite struct FailedRecordsTests {
    private static let result = Bytes(
        #"{"id":"c","summary_output":[[]],"outputs":[{"errors":["],[{"]},null,null,1],"warnings":[null,null,null,null],"#
            + #""errors":[null,[{"source_path":"a","message":"no, ]\" \\","error_category":"x","error_type":null,"#
            + #""additional_details":{"errors":[null,[1]]}}],[{"message":"one"},{"message":"two"}],null],"process_time":[1,1,1,1]}"#
    )

    @Test func theFailedOnesAreFoundAmongTheOthers() throws {
        let (records, hasMore) = try FailedRecords(FailedRecordsTests.result).part(skipping: 0, atMost: 10)
        #expect(records.map(\.record) == [1, 2])
        #expect(records.first?.problems.map(\.message) == [#"no, ]" \"#])
        #expect(records.first?.problems.first?.details?["errors"] != nil)
        #expect(records.last?.problems.map(\.message) == ["one", "two"])
        #expect(!hasMore)
    }

    @Test func aPartOfThemIsFoundToo() throws {
        let (first, more) = try FailedRecords(FailedRecordsTests.result).part(skipping: 0, atMost: 1)
        #expect(first.map(\.record) == [1])
        #expect(more)
        let (second, none) = try FailedRecords(FailedRecordsTests.result).part(skipping: 1, atMost: 1)
        #expect(second.map(\.record) == [2])
        #expect(!none)
    }

    @Test(arguments: ["{}", #"{"errors":[]}"#, #"{"errors":[null]}"#])
    func whereNoneFailedNoneIsFound(text: String) throws {
        #expect(try FailedRecords(Bytes(text)).part(skipping: 0, atMost: 5).records.isEmpty)
    }
}
