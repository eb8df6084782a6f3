// `datesConfiguration` of a resource, and its keys in the places where people also put them.

import ChangeFeed

/// Reads where a record says when it was created and changed.
struct DatesReader {
    var resource: ResourceReader
    private let block: JSONObject
    private let object: InsightlyObject?
    private(set) var tolerance: Duration?

    init(resource: ResourceReader, block: JSONObject, object: InsightlyObject?) {
        self.resource = resource
        self.block = block
        self.object = object
    }

    private static let member = ResourceBlockKey.datesConfiguration.rawValue

    mutating func read() -> (updated: DateField?, created: DateField?) {
        let dates = datesObject()
        checkKeys(dates)
        readTolerance(dates)
        let updated = field(
            dates, .updatedDateField, .updatedDateFormat, .updatedDateTimezone,
            builtIn: object.flatMap { $0.hasUpdatedDate ? "DATE_UPDATED_UTC" : nil }, inherited: nil)
        let created = field(
            dates, .createdDateField, .createdDateFormat, .createdDateTimezone,
            builtIn: object.flatMap { $0.hasCreatedDate ? "DATE_CREATED_UTC" : nil }, inherited: updated?.pattern)
        if object == nil, updated == nil, given(.updatedDateField, dates) == nil {
            resource.findings.warning(
                place(DatesKey.updatedDateField.rawValue),
                "is missing, so that events carry the time they were found at",
                "write the field that says when a record changed, such as \"DATE_UPDATED_UTC\"")
        }
        return (updated, created)
    }

    private func place(_ member: String) -> String { resource.place("\(Self.member).\(member)") }

    private mutating func datesObject() -> JSONObject {
        let given = block[Self.member].flatMap { $0.isBlank ? nil : $0 }
        let object = resource.findings.convert(given, at: resource.place(Self.member)) { value throws(ValueFault) in
            try value.asObject("an object of dates")
        }
        return object ?? JSONObject()
    }

    private mutating func checkKeys(_ dates: JSONObject) {
        let known = DatesKey.allCases.map(\.rawValue) + [ResourceBlockKey.createdCheckTolerance.rawValue]
        for member in dates.members where !known.contains(member.name) {
            resource.findings.problem(
                place(member.name), "is not a known key", rightKey(for: member.name, among: known))
        }
        for key in DatesKey.allCases where block[key.rawValue] != nil {
            resource.findings.warning(
                resource.place(key.rawValue), "belongs into \"\(Self.member)\"",
                "move it there; it is used all the same")
        }
    }

    /// The vendor documents it beside the dates, and shows it among them.
    private mutating func readTolerance(_ dates: JSONObject) {
        let key = ResourceBlockKey.createdCheckTolerance.rawValue
        let places = [(block[key], resource.place(key)), (dates[key], place(key))]
        for (given, place) in places where given?.isBlank == false {
            let read = resource.findings.convert(given, at: place) { value throws(ValueFault) in
                try value.asSeconds()
            }
            tolerance = tolerance ?? read
        }
    }

    private func given(_ key: DatesKey, _ dates: JSONObject) -> JSONValue? {
        (dates[key.rawValue] ?? block[key.rawValue]).flatMap { $0.isBlank ? nil : $0 }
    }

    private mutating func field(
        _ dates: JSONObject, _ fieldKey: DatesKey, _ formatKey: DatesKey, _ zoneKey: DatesKey, builtIn: String?,
        inherited: DatePattern?
    ) -> DateField? {
        let path = resource.findings.convert(given(fieldKey, dates), at: place(fieldKey.rawValue)) {
            value throws(ValueFault) in try FieldPath(value)
        }
        let pattern = pattern(dates, formatKey, zoneKey, inherited: inherited)
        return (path ?? builtIn.map { FieldPath($0) }).map { DateField(path: $0, pattern: pattern) }
    }

    /// Left out, the format is Insightly's own, and that of created dates is the one of updated dates.
    private mutating func pattern(
        _ dates: JSONObject, _ formatKey: DatesKey, _ zoneKey: DatesKey, inherited: DatePattern?
    ) -> DatePattern {
        let usual = inherited ?? .insightly
        guard given(formatKey, dates) != nil || given(zoneKey, dates) != nil else { return usual }
        let format = resource.findings.convert(given(formatKey, dates), at: place(formatKey.rawValue)) {
            value throws(ValueFault) in
            let text = try value.asText().trimmed
            _ = try DatePattern.checked(java: text, zone: "GMT")
            return text
        }
        let zone = resource.findings.convert(given(zoneKey, dates), at: place(zoneKey.rawValue)) {
            value throws(ValueFault) in
            let text = try value.asText().trimmed
            _ = try DatePattern.checked(java: usual.pattern, zone: text)
            return text
        }
        let pattern = (try? DatePattern(java: format ?? usual.pattern, zone: zone ?? "GMT")) ?? usual
        if format != nil, let remark = pattern.remark {
            resource.findings.warning(place(formatKey.rawValue), remark.wrong, remark.right)
        }
        return pattern
    }
}

extension DatePattern {
    /// The pattern, or its fault as one of a value.
    fileprivate static func checked(java pattern: String, zone: String) throws(ValueFault) -> DatePattern {
        do { return try DatePattern(java: pattern, zone: zone) } catch {
            throw ValueFault(wrong: error.wrong, right: error.right)
        }
    }
}
