// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI

/// What requests are counted under: few names, whatever clients ask for.
enum RequestOperation: String, Sendable, CaseIterable {
    case create, describe, info, status, push, pull, acknowledge, end, token
    /// The page and what it asks for.
    case dashboard
    /// Health, metrics and the API's description.
    case operators
    /// What is nothing of the server's.
    case other
}

extension APIRoute {
    var operation: RequestOperation {
        switch self {
        case .create: .create
        case .describe: .describe
        case .info: .info
        case .status: .status
        case .push: .push
        case .pull: .pull
        case .acknowledge: .acknowledge
        case .end: .end
        case .token: .token
        }
    }
}
