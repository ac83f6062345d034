// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// A projection in the shape in which the scanner reads it.
enum ProjectionItems {
    /// Lends the items; nil for every field.
    static func withItems<Result>(
        _ projection: Projection, _ body: (UnsafePointer<cl_json_item>?, Int) -> Result
    ) -> Result {
        guard let wanted = projection.items else { return body(nil, 0) }
        var names: [UInt8] = []
        var lengths: [Int] = []
        for item in wanted {
            for name in item.path {
                names += Array(name.utf8)
                lengths.append(name.utf8.count)
            }
        }
        return names.withUnsafeBufferPointer { names in
            var starts: [UnsafePointer<UInt8>?] = []
            var offset = 0
            for length in lengths {
                starts.append(names.baseAddress.map { $0 + offset })
                offset += length
            }
            return starts.withUnsafeBufferPointer { starts in
                lengths.withUnsafeBufferPointer { lengths in
                    var items: [cl_json_item] = []
                    var level = 0
                    for item in wanted {
                        items.append(
                            cl_json_item(
                                path: starts.baseAddress.map { $0 + level },
                                path_lengths: lengths.baseAddress.map { $0 + level }, path_count: item.path.count,
                                form: Int32(item.form.scannerForm.rawValue)))
                        level += item.path.count
                    }
                    // An empty list still is a list: it asks for no field, not for all.
                    if items.isEmpty { items.append(cl_json_item()) }
                    return items.withUnsafeBufferPointer { body($0.baseAddress, wanted.count) }
                }
            }
        }
    }
}

extension Projection.Item.Form {
    var scannerForm: cl_json_form {
        switch self {
        case .inferred, .typed(.null): CL_JSON_FORM_INFERRED
        case .raw, .typed(.json): CL_JSON_FORM_RAW
        case .typed(.boolean): CL_JSON_FORM_BOOLEAN
        case .typed(.integer): CL_JSON_FORM_INTEGER
        case .typed(.number): CL_JSON_FORM_NUMBER
        case .typed(.decimal): CL_JSON_FORM_DECIMAL
        case .typed(.string), .typed(.binary): CL_JSON_FORM_STRING
        case .typed(.timestamp): CL_JSON_FORM_TIMESTAMP
        case .typed(.date): CL_JSON_FORM_DATE
        case .typed(.time): CL_JSON_FORM_TIME
        case .typed(.object): CL_JSON_FORM_OBJECT
        case .typed(.array): CL_JSON_FORM_ARRAY
        }
    }
}
