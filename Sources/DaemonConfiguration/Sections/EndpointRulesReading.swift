// Which events an endpoint gets, and in which order.

import ChangeFeed

extension EndpointReader {
    mutating func rules() -> EndpointRules {
        let rules = EndpointRules(
            filter: EventFilter(types: types(), resources: wantedResources(), fields: fields()),
            order: value(.order) { value throws(ValueFault) in try value.asChoice(of: DeliveryOrder.self) },
            coalesces: value(.coalesce) { value throws(ValueFault) in try value.asBool() })
        if rules.coalesces, rules.order != .record {
            problem(
                .coalesce, "is true, and \(place(.order)) is \"\(rules.order.rawValue)\"",
                "write the order \"record\": only there it is known which event another takes the place of")
        }
        return rules
    }

    private mutating func types() -> [EventTypePattern] {
        let patterns = list(.types, of: "types of events", such: "[\"contact.*\", \"*.deleted\"]") {
            value throws(ValueFault) in
            guard case .string(let text) = value, let pattern = EventTypePattern(text) else {
                throw ValueFault(
                    wrong: "\(value.shown) is not a type of events",
                    right: "write an object and created, updated, deleted or *, such as \"contact.*\" or \"*.deleted\"")
            }
            return pattern
        }
        // Where a resource has problems of its own, it is not known what there would be.
        guard let resources else { return patterns }
        for fault in patterns.compactMap({ $0.fault(among: resources) }) { problem(.types, fault.wrong, fault.right) }
        return patterns
    }

    private mutating func wantedResources() -> Set<ResourceName> {
        let known = resources?.map(\.name.text)
        return Set(
            list(.resources, of: "resources", such: "[\"contacts\"]") { value throws(ValueFault) in
                guard case .string(let name) = value, known?.contains(name) != false else {
                    let nearest = nearestName(
                        to: { if case .string(let name) = value { name } else { "" } }(), among: known ?? [])
                    throw ValueFault(
                        wrong: "\(value.shown) is no resource of event.poller.configuration",
                        right: nearest.map { "the nearest is \"\($0)\"" }
                            ?? "write \((known ?? []).map { "\"\($0)\"" }.joinedByOr)")
                }
                return ResourceName(name)
            })
    }

    private mutating func fields() -> [FieldCondition] {
        let right =
            "write an object of fields, such as {\"LEAD_STATUS_ID\": 3, \"/CUSTOMFIELDS/Region__c\": [\"North\", \"South\"]}"
        let object = optional(.fields) { value throws(ValueFault) in
            guard case .object(let object) = value else {
                throw ValueFault(wrong: "\(value.shown) is not an object of fields", right: right)
            }
            guard !object.members.isEmpty else {
                throw ValueFault(wrong: "is an empty object", right: "leave it out for all records, or \(right)")
            }
            return object
        }
        return (object?.members ?? []).compactMap { member in
            let values: [JSONValue] = if case .list(let list) = member.value { list } else { [member.value] }
            let texts = values.compactMap(\.scalarText)
            let place = "\(place(.fields)).\(member.name)"
            guard texts.count == values.count, !texts.isEmpty else {
                settings.findings.problem(
                    place, "is neither a value nor a list of values", "write texts, numbers, true, false or null")
                return nil
            }
            guard
                let condition = FieldCondition(
                    member.name, isOneOf: texts.compactMap { try? RawJSON.read(Array($0.utf8)) })
            else {
                settings.findings.problem(
                    place, "is no field that can be asked for",
                    "write a field's name, or /CUSTOMFIELDS/NAME and the like")
                return nil
            }
            return condition
        }
    }

    /// A list, or the one element of one.
    private mutating func list<Element>(
        _ key: EndpointKey, of what: String, such example: String,
        _ conversion: (JSONValue) throws(ValueFault) -> Element
    ) -> [Element] {
        guard let given = given(key) else { return [] }
        switch given.value {
        case .list(let list) where list.isEmpty:
            problem(key, "is an empty list", "leave it out for all \(what), or write a list such as \(example)")
            return []
        case .list(let list): return settings.findings.convertEach(list, at: given.place, conversion)
        case .string: return settings.findings.convertEach([given.value], at: given.place, conversion)
        default:
            problem(key, "\(given.value.shown) is not a list of \(what)", "write a list such as \(example)")
            return []
        }
    }
}

extension EventTypePattern {
    /// What is wrong with it where none of the resources has such events; nil where one has.
    package func fault(among resources: [ResourcePlan]) -> (wrong: String, right: String)? {
        guard !resources.contains(where: { concerns(typeName: $0.typeName) }) else { return nil }
        // Of the same kind of change, so that the name of the object alone decides which is near.
        let kind = text.lastIndex(of: ".").map { text[$0...] } ?? ".*"
        let known = Set(resources.map { "\($0.typeName)\(kind)" }).sorted()
        let nearest = nearestName(to: text, among: known).map { "the nearest is \"\($0)\"" }
        return (
            "no resource that is polled has events \"\(text)\"",
            nearest ?? "write \(known.map { "\"\($0)\"" }.joinedByOr)"
        )
    }
}

extension JSONValue {
    /// The JSON of a value that holds no other; nil for lists and objects.
    fileprivate var scalarText: String? {
        switch self {
        case .null: return "null"
        case .bool(let value): return String(value)
        case .number(let text): return text
        case .string(let text):
            var json: [UInt8] = []
            JSONString.append(text, to: &json)
            return String(decoding: json, as: UTF8.self)
        case .list, .object: return nil
        }
    }
}
