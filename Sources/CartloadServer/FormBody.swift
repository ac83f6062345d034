// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadHTTP

/// The fields of a form, `application/x-www-form-urlencoded`.
struct FormBody {
    /// How long a form may be, in bytes (I7).
    private static let maximumLength = 16 << 10

    private let items: [HTTPQueryItem]

    init(_ body: Bytes) { items = body.count <= FormBody.maximumLength ? HTTPQueryItem.all(in: body) : [] }

    /// The first field of a name.
    subscript(name: String) -> String? { items.first { $0.name == name }?.value }
}
