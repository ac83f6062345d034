// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// Encodes a value of a type of yours.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONValueEncoder(codingPath: [])
        try value.encode(to: encoder)
        self = encoder.place.value
    }
}

extension JSONObject {
    /// Encodes a value that is an object.
    ///
    /// - Throws: `CartloadError` with code `json.not-an-object`, or what the value throws.
    public init(encoding value: some Encodable) throws {
        guard case .object(let object) = try JSONValue(encoding: value) else {
            throw CartloadError(.notAnObject, "\(type(of: value)) does not encode as a JSON object")
        }
        self = object
    }
}

/// A value that is being encoded; containers that were handed out may still add to it.
private final class JSONPlace {
    enum Content {
        case value(JSONValue)
        case array([JSONPlace])
        case object([(String, JSONPlace)])
    }

    var content = Content.object([])

    var value: JSONValue {
        switch content {
        case .value(let value): value
        case .array(let elements): .array(elements.map(\.value))
        case .object(let members): .object(JSONObject(members.map { ($0.0, $0.1.value) }))
        }
    }

    func add(_ key: String) -> JSONPlace {
        let place = JSONPlace()
        if case .object(var members) = content {
            content = .value(.null)  // so that the members are not copied
            members.append((key, place))
            content = .object(members)
        } else {
            content = .object([(key, place)])
        }
        return place
    }

    func addElement() -> JSONPlace {
        let place = JSONPlace()
        if case .array(var elements) = content {
            content = .value(.null)  // so that the elements are not copied
            elements.append(place)
            content = .array(elements)
        } else {
            content = .array([place])
        }
        return place
    }

    var count: Int { if case .array(let elements) = content { elements.count } else { 0 } }
}

private struct JSONValueEncoder: Encoder, SingleValueEncodingContainer {
    let place: JSONPlace
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ place: JSONPlace = JSONPlace(), codingPath: [any CodingKey]) {
        self.place = place
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONKeyedEncoding(place: place, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        place.content = .array([])
        return JSONUnkeyedEncoding(place: place, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    private func set(_ value: JSONValue) { place.content = .value(value) }

    func encodeNil() { set(.null) }
    func encode(_ value: Bool) { set(.bool(value)) }
    func encode(_ value: String) { set(.string(value)) }
    func encode(_ value: Double) throws { try encode(floating: value) }
    func encode(_ value: Float) throws { try encode(floating: value) }
    func encode(_ value: Int) { set(.number("\(value)")) }
    func encode(_ value: Int8) { set(.number("\(value)")) }
    func encode(_ value: Int16) { set(.number("\(value)")) }
    func encode(_ value: Int32) { set(.number("\(value)")) }
    func encode(_ value: Int64) { set(.number("\(value)")) }
    func encode(_ value: UInt) { set(.number("\(value)")) }
    func encode(_ value: UInt8) { set(.number("\(value)")) }
    func encode(_ value: UInt16) { set(.number("\(value)")) }
    func encode(_ value: UInt32) { set(.number("\(value)")) }
    func encode(_ value: UInt64) { set(.number("\(value)")) }

    private func encode(floating value: some BinaryFloatingPoint & CustomStringConvertible) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "JSON has no \(value)"))
        }
        set(.number(value.description))
    }

    func encode<Value: Encodable>(_ value: Value) throws { try value.encode(to: self) }
}

private struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let place: JSONPlace
    let codingPath: [any CodingKey]

    private func encoder(_ key: any CodingKey) -> JSONValueEncoder {
        JSONValueEncoder(place.add(key.stringValue), codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) { encoder(key).encodeNil() }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try value.encode(to: encoder(key)) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }

    func superEncoder() -> any Encoder { JSONValueEncoder(place.add("super"), codingPath: codingPath) }

    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
}

private struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    let place: JSONPlace
    let codingPath: [any CodingKey]
    var count: Int { place.count }

    private var encoder: JSONValueEncoder { JSONValueEncoder(place.addElement(), codingPath: codingPath) }

    func encodeNil() { encoder.encodeNil() }

    func encode<Value: Encodable>(_ value: Value) throws { try value.encode(to: encoder) }

    func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoder.container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.unkeyedContainer() }

    func superEncoder() -> any Encoder { encoder }
}
