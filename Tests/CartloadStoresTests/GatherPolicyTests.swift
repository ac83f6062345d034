// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadStores

@Suite struct GatherPolicyTests {
    @Test(arguments: [
        (1, 0, 10, 1, 0), (8, 8, 10, 16, 2), (8, 8, 1, 16, 0), (1, 1, 3, 2, 1), (1000, 0, 10, 1, 0),
    ])
    func aGroupWaitsForThoseJustAnsweredOnlyWhenOthersWait(
        answered: Int, waiting: Int, milliseconds: Int, commits: Int, patience: Int
    ) {
        let wish = GatherPolicy(longest: .milliseconds(2))
            .wish(answered: answered, waiting: waiting, time: .milliseconds(milliseconds))
        #expect(wish.commits == commits)
        #expect(Int(wish.patience / .milliseconds(1)) == patience)
    }

    @Test func withoutATimeNothingIsWaitedFor() {
        let wish = GatherPolicy(longest: .zero).wish(answered: 5, waiting: 5, time: .seconds(1))
        #expect(wish == GatherPolicy.Wish(commits: 1, patience: .zero))
    }
}
