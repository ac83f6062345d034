// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore
internal import CartloadHTTP

extension HTTPRefusalForm {
    /// As the API answers everything else: the vendor's clients read no body that is not JSON.
    static let api = HTTPRefusalForm(contentType: "application/json") { refusal in
        Bytes(APIFault(refusal).json.description)
    }
}

extension APIFault {
    init(_ refusal: HTTPRefusal) {
        let (type, code) =
            switch refusal {
            case .badRequest: ("invalid_input", "BAD_REQUEST")
            case .timeout: ("invalid_input", "REQUEST_TIMEOUT")
            case .bodyTooLarge: ("invalid_input", "BODY_TOO_LARGE")
            case .encoded: ("invalid_input", "UNSUPPORTED_ENCODING")
            case .unknownExpectation: ("invalid_input", "UNKNOWN_EXPECTATION")
            case .headersTooLarge: ("invalid_input", "HEADERS_TOO_LARGE")
            case .badAnswer: ("internal_error", "INTERNAL_ERROR")
            }
        self.init(refusal.status, type, code, refusal.message)
    }
}
